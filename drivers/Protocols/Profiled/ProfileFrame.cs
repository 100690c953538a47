namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>Which bytes may stand where in a frame of fixed form, and where its length is told.</summary>
/// <param name="Places">For each place the bytes that may stand there.</param>
/// <param name="LengthAt">Index of the byte that tells the length; -1: the form is the whole frame.</param>
/// <param name="LengthPlus">What is to be added to that byte to have the length of the whole frame.</param>
internal sealed record ProfileForm(IReadOnlyList<ProfileBytes> Places, int LengthAt = -1, int LengthPlus = 0);

/// <summary>A set of bytes.</summary>
internal sealed class ProfileBytes(params IEnumerable<(byte Low, byte High)> ranges)
{
    private readonly (byte Low, byte High)[] _ranges = [.. ranges];

    public byte Lowest => _ranges.Min(r => r.Low);

    public bool Holds(byte b) => Array.Exists(_ranges, r => b >= r.Low && b <= r.High);
}

/// <summary>How a check code is reckoned.</summary>
internal enum ProfileSumKind { Or8, Xor8, Sum8, NegatedSum8, Crc16Modbus }

/// <param name="From">Index of the first byte of the frame that counts; the last one stands right before the check code.</param>
internal sealed record ProfileSum(ProfileSumKind Kind, int From)
{
    private const ushort CrcPolynomial = 0xA001;

    public int Width => Kind is ProfileSumKind.Crc16Modbus ? 2 : 1;

    public byte[] Of(ReadOnlySpan<byte> frame)
    {
        var counted = frame[Math.Min(From, frame.Length)..];
        if (Kind is ProfileSumKind.Crc16Modbus) return Crc(counted);
        var sum = 0;
        foreach (var b in counted)
        {
            sum = Kind switch
            {
                ProfileSumKind.Or8 => sum | b,
                ProfileSumKind.Xor8 => sum ^ b,
                _ => sum + b,
            };
        }

        return [(byte)(Kind is ProfileSumKind.NegatedSum8 ? -sum : sum)];
    }

    private static byte[] Crc(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0xFFFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (ushort)((crc & 1) != 0 ? (crc >> 1) ^ CrcPolynomial : crc >> 1);
        }

        return [(byte)crc, (byte)(crc >> 8)];
    }
}

/// <summary>How frames of a profile are parted.</summary>
/// <remarks>In hex the frames are of a form and hold all their bytes; in text they end with something that no frame holds.</remarks>
internal sealed record ProfileFrame(bool IsHex)
{
    /// <summary>More than any frame of such a device has.</summary>
    public const int Longest = 256;

    /// <summary>What a request begins and ends with, in text.</summary>
    public byte[] Start { get; init; } = [];
    public byte[] End { get; init; } = [];

    /// <summary>What an answer begins and ends with, in text. Of several ends the one that was there belongs to the frame.</summary>
    public byte[] AnswerStart { get; init; } = [];
    public IReadOnlyList<byte[]> AnswerEnds { get; init; } = [];

    /// <summary>Bytes that mean nothing wherever they stand in an answer.</summary>
    public byte[] Ignored { get; init; } = [];

    public ProfileForm? Form { get; init; }
    public ProfileSum? Sum { get; init; }

    /// <summary>A caller's text may not hold them: they would end a frame or begin another.</summary>
    public bool IsDelimiter(byte b) => b is < 0x20 or > 0x7E || Start.Contains(b) || End.Contains(b);
}
