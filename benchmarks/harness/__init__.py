"""What every benchmark needs: timing in interleaved rounds, a table, compiling, facts about the machine."""
