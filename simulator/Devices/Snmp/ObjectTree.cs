namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>One object instance: how it is read, and how it is written where it can be.</summary>
/// <param name="Check">For a write, before anything is done: 0, or the error status.</param>
/// <param name="Write">Does it. Only called after every binding of the request was checked.</param>
internal sealed record ManagedObject(Func<Tlv> Read, Func<Tlv, int>? Check = null, Action<Tlv>? Write = null);

/// <summary>Everything that a management card shows, in the order of its identifiers.</summary>
internal sealed class ObjectTree
{
    private readonly SortedList<Oid, ManagedObject> _objects = [];

    public void Add(string oid, Func<Tlv> read) => _objects.Add(Oid.Parse(oid), new(read));

    public void Add(string oid, ManagedObject what) => _objects.Add(Oid.Parse(oid), what);

    public ManagedObject? Find(Oid oid) => _objects.GetValueOrDefault(oid);

    /// <summary>The first one behind the identifier, which need not be there itself.</summary>
    public (Oid Oid, ManagedObject Object)? Next(Oid oid)
    {
        var (low, high) = (0, _objects.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_objects.Keys[middle].CompareTo(oid) <= 0) low = middle + 1;
            else high = middle;
        }

        return low < _objects.Count ? (_objects.Keys[low], _objects.Values[low]) : null;
    }

    /// <summary>The column of an identifier is there, though not this row of it.</summary>
    public bool HasColumn(Oid oid)
    {
        var dotted = oid.ToString();
        var column = dotted[..(dotted.LastIndexOf('.') + 1)];
        return Next(Oid.Parse(column.TrimEnd('.'))) is { } next && next.Oid.ToString().StartsWith(column, StringComparison.Ordinal);
    }
}
