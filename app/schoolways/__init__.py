"""Ways to school: who walks where, the audit of a school, and which crossings, streets and areas to choose."""
