using System.Buffers.Binary;
using System.Text;
using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Pcapng;

/// <summary>The file is no capture, or is damaged; the message says where.</summary>
public sealed class CaptureFormatException(string message) : Exception(message);

/// <summary>Reads pcap and pcapng without libpcap, in both byte orders, bounded: a file from elsewhere is not trusted.</summary>
public sealed class CaptureReader
{
    private const int LargestBlock = 4 * 1024 * 1024;
    private const int MostInterfaces = 64;
    private const uint SectionHeader = 0x0A0D0D0A;
    private const int InterfaceDescription = 1;
    private const int SimplePacket = 3;
    private const int EnhancedPacket = 6;
    private const int CommentOption = 1;
    private const int ResolutionOption = 9;
    private const int OffsetOption = 14;
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;

    private readonly Stream _stream;
    private readonly List<Interface> _interfaces = [];
    private readonly bool _isPcapng;
    private bool _isBigEndian;
    private byte[] _buffer = new byte[64 * 1024];
    private long _place;

    public CaptureReader(Stream stream)
    {
        _stream = stream;
        if (!Fill(4)) throw new CaptureFormatException("the file is empty");
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(_buffer);
        if (magic == SectionHeader)
        {
            _isPcapng = true;
            StartSection();
            return;
        }

        var known = magic is 0xA1B2C3D4 or 0xA1B23C4D;
        _isBigEndian = !known;
        if (!known) magic = BinaryPrimitives.ReverseEndianness(magic);
        if (magic is not (0xA1B2C3D4 or 0xA1B23C4D)) throw new CaptureFormatException("this is neither pcap nor pcapng");
        if (!Fill(20)) throw new CaptureFormatException("the file ends in its header");
        _interfaces.Add(new((LinkLayer)(Word(16) & 0x0fff_ffff), magic == 0xA1B23C4D ? 1_000_000_000UL : 1_000_000UL, 0));
    }

    /// <summary>What the section that is being read says of itself.</summary>
    public string? Comment { get; private set; }

    /// <summary>The next frame; false: the file is over. A file that ends in the middle of a frame (a disk was full, a capture was killed) ends there.</summary>
    public bool TryNext(out CapturedFrame frame)
    {
        frame = default;
        return _isPcapng ? TryNextBlock(out frame) : TryNextRecord(out frame);
    }

    private bool TryNextRecord(out CapturedFrame frame)
    {
        frame = default;
        if (!Fill(16)) return false;
        var (seconds, fraction, kept, length) = (Word(0), Word(4), Word(8), Word(12));
        if (kept > LargestBlock) throw Damaged("a frame is longer than 4 MiB");
        if (!Fill((int)kept)) return false;
        var only = _interfaces[0];
        frame = new(DateTime.UnixEpoch.Ticks + (seconds * TicksPerSecond) + (fraction * TicksPerSecond / (long)only.Resolution), only.Link, _buffer.AsSpan(0, (int)kept), (int)Math.Min(length, int.MaxValue));
        return true;
    }

    private bool TryNextBlock(out CapturedFrame frame)
    {
        frame = default;
        while (Fill(8))
        {
            var type = Word(0);
            if (type == SectionHeader)
            {
                // Its byte order is not known yet: the length is read again behind the magic.
                StartSection(hasLength: true);
                continue;
            }

            var length = Word(4);
            if (length is < 12 or > LargestBlock || length % 4 != 0) throw Damaged("a block has no sensible length");
            var body = (int)length - 12;
            if (!Fill(body + 4)) return false;
            if (type == InterfaceDescription) Describe(body);
            else if (type == EnhancedPacket && TryEnhanced(body, out frame)) return true;
            else if (type == SimplePacket && TrySimple(body, out frame)) return true;
        }

        return false;
    }

    private void StartSection(bool hasLength = false)
    {
        var read = hasLength ? 0 : 4;
        if (read > 0 && !Fill(read)) throw Damaged("the section header is cut");
        Span<byte> lengthOctets = stackalloc byte[4];
        _buffer.AsSpan(hasLength ? 4 : 0, 4).CopyTo(lengthOctets);
        if (!Fill(4)) throw Damaged("the section header is cut");
        _isBigEndian = BinaryPrimitives.ReadUInt32LittleEndian(_buffer) switch
        {
            0x1A2B3C4D => false,
            0x4D3C2B1A => true,
            _ => throw Damaged("the section header has no byte order"),
        };
        var length = _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(lengthOctets) : BinaryPrimitives.ReadUInt32LittleEndian(lengthOctets);
        if (length is < 28 or > LargestBlock || !Fill((int)length - 12)) throw Damaged("the section header is cut");
        Comment = CommentAt(12, (int)length - 16);
        _interfaces.Clear();
    }

    private void Describe(int body)
    {
        if (body < 8) throw Damaged("an interface is described with too few octets");
        if (_interfaces.Count == MostInterfaces) throw Damaged($"more than {MostInterfaces} interfaces");
        var (resolution, offset) = (1_000_000UL, 0L);
        for (var at = 8; at + 4 <= body;)
        {
            var (code, length) = (Half(at), Half(at + 2));
            if (code == 0 || at + 4 + length > body) break;
            if (code == ResolutionOption && length == 1) resolution = Resolution(_buffer[at + 4]);
            if (code == OffsetOption && length == 8) offset = (long)(((ulong)Word(at + (_isBigEndian ? 4 : 8)) << 32) | Word(at + (_isBigEndian ? 8 : 4)));
            at += 4 + ((length + 3) & ~3);
        }

        _interfaces.Add(new((LinkLayer)Half(0), resolution, offset));
    }

    private bool TryEnhanced(int body, out CapturedFrame frame)
    {
        frame = default;
        if (body < 20) throw Damaged("a frame has no head");
        var (number, high, low, kept, length) = (Word(0), Word(4), Word(8), Word(12), Word(16));
        if (number >= _interfaces.Count || kept > body - 20) throw Damaged("a frame does not fit its block");
        var of = _interfaces[(int)number];
        var units = (UInt128)(((ulong)high << 32) | low) * (ulong)TicksPerSecond / of.Resolution;
        if (units > (ulong)(DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks)) throw Damaged("a frame has an impossible time");
        var at = DateTime.UnixEpoch.Ticks + (long)units + (of.Offset * TicksPerSecond);
        if (at < 0 || at > DateTime.MaxValue.Ticks) throw Damaged("a frame has an impossible time");
        frame = new(at, of.Link, _buffer.AsSpan(20, (int)kept), (int)Math.Min(length, int.MaxValue), CommentAt(20 + (((int)kept + 3) & ~3), body));
        return true;
    }

    private bool TrySimple(int body, out CapturedFrame frame)
    {
        frame = default;
        if (body < 4 || _interfaces.Count == 0) throw Damaged("a frame has no interface");
        var length = Word(0);
        frame = new(DateTime.UnixEpoch.Ticks, _interfaces[0].Link, _buffer.AsSpan(4, (int)Math.Min(length, (uint)(body - 4))), (int)Math.Min(length, int.MaxValue));
        return true;
    }

    private string? CommentAt(int at, int end)
    {
        while (at + 4 <= end)
        {
            var (code, length) = (Half(at), Half(at + 2));
            if (code == 0 || at + 4 + length > end) return null;
            if (code == CommentOption) return Encoding.UTF8.GetString(_buffer, at + 4, length);
            at += 4 + ((length + 3) & ~3);
        }

        return null;
    }

    private static ulong Resolution(byte option)
    {
        var power = option & 0x7f;
        if ((option & 0x80) != 0) return power > 62 ? 1UL << 62 : 1UL << power;
        var units = 1UL;
        for (var i = 0; i < Math.Min(power, 18); i++) units *= 10;
        return units;
    }

    private bool Fill(int count)
    {
        if (_buffer.Length < count) _buffer = new byte[count];
        var read = _stream.ReadAtLeast(_buffer.AsSpan(0, count), count, throwOnEndOfStream: false);
        _place += read;
        return read == count;
    }

    private uint Word(int at) => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(at));
    private ushort Half(int at) => _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(at));
    private CaptureFormatException Damaged(string what) => new($"near octet {_place}: {what}");

    /// <param name="Resolution">Units of time in a second.</param>
    /// <param name="Offset">Seconds to be added.</param>
    private readonly record struct Interface(LinkLayer Link, ulong Resolution, long Offset);
}
