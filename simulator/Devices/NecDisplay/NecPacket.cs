using System.Globalization;
using System.Text;

namespace AvGateway.Simulator.Devices.NecDisplay;

/// <summary>One packet of the manual's "Communication format": header, message, check code, CR.</summary>
/// <param name="Destination">0x40 and the monitor's number; '*' for all.</param>
/// <param name="Type">A command, C get, E set; B, D, F their replies.</param>
internal sealed record NecPacket(byte Destination, char Type, string Message)
{
    public const byte All = (byte)'*';

    /// <summary>What stands behind SOH up to the check code, and whether that was right; null where it is no packet.</summary>
    public static (NecPacket Packet, bool IsIntact)? Read(ReadOnlySpan<byte> bytes)
    {
        // SOH 0 destination 0 type length length STX … ETX check
        if (bytes.Length < 11 || bytes[1] != (byte)'0' || bytes[3] != (byte)'0' || bytes[7] != 0x02 || bytes[^2] != 0x03) return null;
        if (!int.TryParse(Encoding.ASCII.GetString(bytes[5..7]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)) return null;
        if (length != bytes.Length - 8) return null;
        return (new(bytes[2], (char)bytes[4], Encoding.ASCII.GetString(bytes[8..^2])), bytes[^1] == Xor(bytes[1..^1]));
    }

    /// <summary>A reply of this monitor.</summary>
    public static byte[] Reply(int monitor, char type, string message)
    {
        var length = (message.Length + 2).ToString("X2", CultureInfo.InvariantCulture);
        byte[] body = [(byte)'0', (byte)'0', (byte)(0x40 + monitor), (byte)type, (byte)length[0], (byte)length[1], 0x02, .. Encoding.ASCII.GetBytes(message), 0x03];
        return [0x01, .. body, Xor(body), 0x0D];
    }

    private static byte Xor(ReadOnlySpan<byte> bytes)
    {
        byte result = 0;
        foreach (var b in bytes) result ^= b;
        return result;
    }
}
