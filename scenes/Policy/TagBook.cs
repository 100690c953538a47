using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Policy;

/// <summary>The tags of one room as bits, so that the guard judges a frame without allocating.</summary>
internal sealed class TagBook
{
    private readonly Dictionary<string, ulong> _bits = new(StringComparer.Ordinal);
    private readonly Dictionary<ImmutableArray<string>, ulong> _sets = [];
    private readonly ulong _protected;
    private readonly ulong _masked;

    public TagBook(RoomLayout layout)
    {
        _protected = Bits(Tags.ProtectedWitness);
        _masked = Bits(Tags.Masked);
        Unlisted = Bits(Tags.Unlisted) | AnyBit;
        foreach (var tags in layout.Sources.Select(s => s.Tags).Concat(layout.Sinks.Select(s => s.Tags))) Note(tags);
        foreach (var gate in layout.Gates)
        {
            Note(gate.From);
            Note(gate.To);
        }
    }

    private const ulong AnyBit = 1;

    // One of the 64 is the one that everything carries.
    private const int MostTags = 63;

    /// <summary>Tags of an input that nobody named.</summary>
    public ulong Unlisted { get; }

    /// <summary>The bit of one tag; the bit that everything carries for <see cref="Tags.Any"/>.</summary>
    public ulong Bits(string tag)
    {
        if (tag == Tags.Any) return AnyBit;
        if (_bits.TryGetValue(tag, out var bit)) return bit;
        if (_bits.Count == MostTags) throw new ArgumentException($"a room and its rules may name at most {MostTags} tags");
        return _bits[tag] = 2UL << _bits.Count;
    }

    public ulong Of(ImmutableArray<string> tags) => _sets[tags];

    /// <summary>With the veil off, or not seen: what is forbidden to either is forbidden.</summary>
    public ulong Worst(ImmutableArray<string> tags, Veil? veil) => veil is null ? Of(tags) : Of(tags) | _protected;

    /// <summary>With the veil as it is seen; a veil that is not seen on is off.</summary>
    public ulong Now(ImmutableArray<string> tags, Veil? veil, IRoomSight sight)
    {
        if (veil is null) return Of(tags);
        return sight.Of(veil.Point).Shows(veil.On) ? Of(tags) & ~_protected | _masked : Worst(tags, veil);
    }

    private void Note(ImmutableArray<string> tags)
    {
        var bits = AnyBit;
        foreach (var tag in tags) bits |= Bits(tag);
        _sets[tags] = bits;
    }
}
