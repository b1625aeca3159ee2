"""Verbs of a market that moves, by their way: 'jumps 10' is ten more and no level."""

from __future__ import annotations

UP_VERBS = (
    r"up|gains?|gaining|rises?|rising|rose|rallies|rally|jumps?|jumped|adds?|plus|higher|climbs?|climbed|spikes?|spiked|pops?|popped|leaps?|leapt|surges?|surged|"
    r"soars?|soared|rockets?|rocketed|shoots up|explodes?"
)
DOWN_VERBS = (
    r"down|drops?|dropped|dropping|falls?|fell|falling|loses?|lost|losing|declines?|declined|minus|off|lower|sells? off|crash\w*|slips?|slipped|slides?|slid|"
    r"tumbles?|tumbled|dips?|dipped|sinks?|sank|eases?|eased|plunges?|plunged|gives? (?:up|back)|sheds?|shed|tanks?|tanked|dives?|craters?|slumps?|slumped|"
    r"plummets?|plummeted|collapses?|collapsed"
)
