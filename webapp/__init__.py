"""Letters Desk: a newspaper's letters to the editor, from the reader's form to the editors' desk."""
