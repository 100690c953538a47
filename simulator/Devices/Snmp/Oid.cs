using System.Globalization;

namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>An object identifier; ordered arc by arc, as the tree of a management card is walked.</summary>
internal sealed class Oid(uint[] arcs) : IComparable<Oid>
{
    public static Oid Parse(string dotted) => new([.. dotted.Split('.').Select(arc => uint.Parse(arc, CultureInfo.InvariantCulture))]);

    /// <summary>Null when the content is no object identifier.</summary>
    public static Oid? Decode(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || (content[^1] & 0x80) != 0) return null;
        var arcs = new List<uint>();
        ulong arc = 0;
        foreach (var b in content)
        {
            arc = (arc << 7) | (uint)(b & 0x7F);
            if (arc > uint.MaxValue) return null;
            if ((b & 0x80) != 0) continue;
            if (arcs.Count > 0) arcs.Add((uint)arc);
            else arcs.AddRange(arc < 80 ? [(uint)arc / 40, (uint)arc % 40] : [2, (uint)arc - 80]);
            arc = 0;
        }

        return new([.. arcs]);
    }

    public Oid Under(params uint[] more) => new([.. arcs, .. more]);

    public byte[] Encode()
    {
        var bytes = new List<byte>();
        Append(bytes, arcs.Length > 1 ? (arcs[0] * 40) + arcs[1] : arcs[0] * 40);
        foreach (var arc in arcs.Skip(2)) Append(bytes, arc);
        return [.. bytes];
    }

    public int CompareTo(Oid? other)
    {
        var theirs = other?.Arcs ?? [];
        for (var i = 0; i < arcs.Length && i < theirs.Length; i++)
        {
            if (arcs[i] != theirs[i]) return arcs[i].CompareTo(theirs[i]);
        }

        return arcs.Length.CompareTo(theirs.Length);
    }

    public override string ToString() => string.Join('.', arcs);

    private uint[] Arcs => arcs;

    private static void Append(List<byte> bytes, uint arc)
    {
        var at = bytes.Count;
        bytes.Add((byte)(arc & 0x7F));
        for (arc >>= 7; arc > 0; arc >>= 7) bytes.Insert(at, (byte)(0x80 | (arc & 0x7F)));
    }
}
