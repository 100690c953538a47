namespace AvGateway.Faults.PowerLoss;

/// <summary>The bytes of one file: those that a sync has promised, and what was written since.</summary>
internal sealed class DiskFile
{
    private const int Sector = 512;

    private readonly List<SystemCall> _unsynced = [];
    private byte[] _synced = [];

    public int Unsynced => _unsynced.Count;

    public void Add(SystemCall change) => _unsynced.Add(change);

    /// <summary>The first <paramref name="count"/> changes are promised from now on.</summary>
    public void Sync(int count)
    {
        var content = new Content(_synced);
        foreach (var change in _unsynced.Take(count)) content.Apply(change);
        _unsynced.RemoveRange(0, count);
        _synced = content.Bytes;
    }

    /// <summary>What a power cut might leave.</summary>
    public byte[] Left(Loss loss, Random random)
    {
        var content = new Content(_synced);
        var torn = loss is Loss.Torn && _unsynced.Count > 0 ? random.Next(_unsynced.Count) : -1;
        for (var i = 0; i < _unsynced.Count; i++)
        {
            if (i == torn) Tear(content, _unsynced[i], random);
            else if (loss is Loss.Nothing || (loss is not Loss.Everything && random.Next(2) == 0)) content.Apply(_unsynced[i]);
        }

        return content.Bytes;
    }

    private static void Tear(Content content, SystemCall change, Random random)
    {
        if (change.Kind is CallKind.Truncate) return;
        for (var at = 0; at < change.Bytes.Length;)
        {
            var length = Math.Min(Sector - (int)((change.Offset + at) % Sector), change.Bytes.Length - at);
            if (random.Next(2) == 0) content.Apply(change with { Bytes = change.Bytes[at..(at + length)], Offset = change.Offset + at });
            at += length;
        }
    }

    private sealed class Content(byte[] start)
    {
        private byte[] _bytes = [.. start];
        private int _length = start.Length;

        public byte[] Bytes => _bytes[.._length];

        public void Apply(SystemCall change)
        {
            if (change.Kind is CallKind.Truncate)
            {
                var length = (int)change.Offset;
                if (length < _length) Array.Clear(_bytes, length, _length - length);
                Grow(length);
                _length = length;
                return;
            }

            var end = (int)change.Offset + change.Bytes.Length;
            Grow(end);
            change.Bytes.CopyTo(_bytes, change.Offset);
            _length = Math.Max(_length, end);
        }

        private void Grow(int length)
        {
            if (length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(length, _bytes.Length * 2));
        }
    }
}
