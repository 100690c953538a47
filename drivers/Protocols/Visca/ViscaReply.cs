using System.Globalization;

namespace AvGateway.Drivers.Protocols.Visca;

/// <summary>What a packet of a camera is.</summary>
public enum ViscaReplyKind
{
    /// <summary>Bytes that are no packet.</summary>
    Noise,
    Acknowledged,
    Completed,
    Answer,
    Error,

    /// <summary>A camera came into the chain or has started again.</summary>
    NetworkChanged,

    /// <summary>A broadcast that came back.</summary>
    Broadcast,

    /// <summary>Of the header's own: the answer to a reset, or what was wrong with a header.</summary>
    Control,
}

/// <summary>One packet of a camera.</summary>
/// <param name="Address">Number of the camera that says it; 0 where none does.</param>
/// <param name="Socket">Of an acknowledgement, a completion or an error that belongs to a command under way.</param>
/// <param name="Data">What stands behind, in hex digits: the value of an answer, the code of an error.</param>
/// <param name="Sequence">Number of the request in the header; null where there is none.</param>
public readonly record struct ViscaReply(ViscaReplyKind Kind, int Address, int Socket, string Data, uint? Sequence = null)
{
    public const string AbnormalSequence = "0F01", ResetDone = "01";

    private const int NibblesOfZoom = 4, NibblesOfPosition = 8;

    /// <summary>02 on, 03 standby, 04 failed.</summary>
    public bool IsPower => Kind is ViscaReplyKind.Answer && Data.Length == 2;

    /// <summary>Vendor, model, ROM revision, sockets.</summary>
    public bool IsVersion => Kind is ViscaReplyKind.Answer && Data.Length == 14;

    public bool TryZoom(out int zoom)
    {
        zoom = 0;
        if (Nibbles() is not { Length: NibblesOfZoom } nibbles) return false;
        zoom = Number(nibbles);
        return true;
    }

    /// <summary>Four nibbles each; models of a wide range have five for pan.</summary>
    public bool TryPosition(out int pan, out int tilt)
    {
        (pan, tilt) = (0, 0);
        if (Nibbles() is not { Length: NibblesOfPosition or NibblesOfPosition + 1 } nibbles) return false;
        var tiltAt = nibbles.Length - NibblesOfPosition / 2;
        pan = Signed(nibbles[..tiltAt]);
        tilt = Signed(nibbles[tiltAt..]);
        return true;
    }

    public override string ToString() => $"{Kind} {Address}/{Socket} {Data}{(Sequence is { } sequence ? $" #{sequence}" : "")}";

    /// <summary>The second digit of each byte, where every first one is 0.</summary>
    private string? Nibbles()
    {
        if (Kind is not ViscaReplyKind.Answer) return null;
        var nibbles = new char[Data.Length / 2];
        for (var i = 0; i < nibbles.Length; i++)
        {
            if (Data[i * 2] != '0') return null;
            nibbles[i] = Data[(i * 2) + 1];
        }

        return new(nibbles);
    }

    private static int Number(string nibbles) => int.Parse(nibbles, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static int Signed(string nibbles)
    {
        var value = Number(nibbles);
        var half = 1 << ((nibbles.Length * 4) - 1);
        return value >= half ? value - (half * 2) : value;
    }
}
