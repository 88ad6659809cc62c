"""Drawing charts as SVG, one module for each family of shapes."""
