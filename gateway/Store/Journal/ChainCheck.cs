namespace AvGateway.Store.Journal;

/// <summary>
/// Walks a chain row by row. It goes on behind a bad row from that row's own hash, so that one change is one finding; what a row says about
/// itself can be rewritten together with everything behind it, and then the anchors tell.
/// </summary>
internal sealed class ChainCheck(string store, IReadOnlyList<(string Place, Anchor Anchor)> anchors)
{
    private const int MaxFindings = 100;
    private readonly List<JournalFinding> _findings = [];
    private readonly ILookup<long, (string Place, Anchor Anchor)> _anchors = anchors.ToLookup(a => a.Anchor.Seq);
    private long _rows;
    private long _last;
    private byte[] _hash = JournalRow.Genesis(store);

    public long Last => _last;

    public void Find(long? seq, string place, string text)
    {
        if (_findings.Count < MaxFindings) _findings.Add(new(seq, place, text));
    }

    public void Add(JournalRow row, string place)
    {
        if (row.Seq != _last + 1)
            Find(_last + 1, place, row.Seq > _last ? $"rows {_last + 1} to {row.Seq - 1} are missing" : $"row {row.Seq} stands behind row {_last}");
        else if (!row.Follows(_hash))
            Find(row.Seq, place, $"row {row.Seq} is not the row that was written, or does not follow row {row.Seq - 1}");
        foreach (var (anchorPlace, anchor) in _anchors[row.Seq])
            if (!anchor.Hash.AsSpan().SequenceEqual(row.Hash)) Find(row.Seq, anchorPlace, $"row {row.Seq} differs from the anchor cut at {anchor.At}");
        (_last, _hash) = (row.Seq, row.Hash);
        _rows++;
    }

    public JournalVerification End(string place)
    {
        foreach (var (anchorPlace, anchor) in anchors.Where(a => a.Anchor.Seq > _last))
            Find(_last + 1, anchorPlace, $"the record ends at row {_last}, and row {anchor.Seq} was there when the anchor was cut at {anchor.At}");
        foreach (var seq in _anchors.Select(group => group.Key).Where(seq => seq < 1)) Find(null, place, $"an anchor names row {seq}");
        return new(_rows, _last, Convert.ToHexStringLower(_hash), anchors.Count, _findings);
    }
}
