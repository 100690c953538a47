using System.Buffers.Binary;

namespace AvGateway.Store.Sqlite;

/// <summary>
/// Looks at a write-ahead log before SQLite does. SQLite ends its recovery at the first frame whose checksum is wrong and says nothing: right
/// for a torn end, but a damaged frame in the middle drops acknowledged commits behind it. With synchronous=FULL a commit is on the disk before
/// the next one is written, so a later commit behind a bad frame proves damage. Layout: SQLite file format, section 4.1.
/// </summary>
internal static class WalInspection
{
    private const int HeaderSize = 32;
    private const int FrameHeaderSize = 24;
    private const uint LittleEndianMagic = 0x377F0682;
    private const uint BigEndianMagic = 0x377F0683;
    private const int MinPage = 512;
    private const int MaxPage = 65536;

    /// <summary>A finding, or null.</summary>
    public static string? Inspect(string path)
    {
        if (!File.Exists(path)) return null;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length <= HeaderSize) return null;

        Span<byte> header = stackalloc byte[HeaderSize];
        file.ReadExactly(header);
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var pageSize = (int)BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        var sum = new Sum(magic == BigEndianMagic);
        sum.Add(header[..24]);

        // The header is synced before the first frame, so frames below a bad header mean damage and not a torn write.
        if (magic is not (LittleEndianMagic or BigEndianMagic) || pageSize is < MinPage or > MaxPage || !sum.Is(header[24..]))
            return "the header of the log is damaged, and with it everything not yet copied from it";

        return InspectFrames(file, pageSize, header[16..24].ToArray(), sum);
    }

    private static string? InspectFrames(FileStream file, int pageSize, byte[] salts, Sum sum)
    {
        var frame = new byte[FrameHeaderSize + pageSize];
        long bad = 0;
        var badCommitEnded = false;
        for (long number = 1; file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; number++)
        {
            var saltsFit = frame.AsSpan(8, 8).SequenceEqual(salts);
            var isCommit = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0;
            if (bad == 0)
            {
                sum.Add(frame.AsSpan(0, 8));
                sum.Add(frame.AsSpan(FrameHeaderSize));
                if (saltsFit && sum.Is(frame.AsSpan(16))) continue;
                bad = number;
                // Where a torn end was never written, a frame from before the last checkpoint still stands, and its commit mark says nothing
                // of this log. Both its salts differ; damage to a frame of this log is not taken for one unless it struck both.
                badCommitEnded = isCommit && !IsLeftOver(frame.AsSpan(8, 8), salts);
            }
            else if (saltsFit && badCommitEnded)
            {
                return $"frame {bad} of the log is damaged, and acknowledged commits behind it with it";
            }
            else if (saltsFit)
            {
                badCommitEnded = isCommit;
            }
        }

        return null;
    }

    private static bool IsLeftOver(ReadOnlySpan<byte> found, ReadOnlySpan<byte> salts) =>
        !found[..4].SequenceEqual(salts[..4]) && !found[4..].SequenceEqual(salts[4..]);

    /// <summary>The checksum of the format: two running sums over pairs of 32-bit words.</summary>
    private sealed class Sum(bool bigEndian)
    {
        private uint _first, _second;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            for (; bytes.Length >= 8; bytes = bytes[8..])
            {
                _first += Word(bytes) + _second;
                _second += Word(bytes[4..]) + _first;
            }
        }

        public bool Is(ReadOnlySpan<byte> stored) =>
            BinaryPrimitives.ReadUInt32BigEndian(stored) == _first && BinaryPrimitives.ReadUInt32BigEndian(stored[4..]) == _second;

        private uint Word(ReadOnlySpan<byte> bytes) =>
            bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
