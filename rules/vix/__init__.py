"""VIX futures, options and funds: settlement dates, betas, indices."""
