using System.Text;

namespace AvGateway.Faults.Abuse;

/// <summary>Packets of MQTT 3.1.1 and 5, built by hand so that they may be wrong in any way.</summary>
public static class RawPackets
{
    /// <summary>A CONNECT that announces 256 MiB, the most that the standard's length can say.</summary>
    public static byte[] HugeConnect { get; } = [0x10, 0xFF, 0xFF, 0xFF, 0x7F];

    /// <summary>The same for a PUBLISH.</summary>
    public static byte[] HugePublish { get; } = [0x30, 0xFF, 0xFF, 0xFF, 0x7F];

    public static byte[] Ping { get; } = [0xC0, 0x00];

    public static byte[] Connect(string client, string user, string password, ushort keepAlive = 30) =>
        Frame(0x10, [.. Text("MQTT"), 4, 0xC2, (byte)(keepAlive >> 8), (byte)keepAlive, .. Text(client), .. Text(user), .. Text(password)]);

    public static byte[] Subscribe(string filter) => Frame(0x82, [0, 1, .. Text(filter), 1]);

    public static byte[] Publish(string topic, string payload) => Frame(0x30, [.. Text(topic), .. Encoding.UTF8.GetBytes(payload)]);

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    private static byte[] Frame(byte first, byte[] body)
    {
        var length = new List<byte>();
        var left = body.Length;
        do
        {
            var digit = left & 0x7F;
            left >>= 7;
            length.Add((byte)(left > 0 ? digit | 0x80 : digit));
        }
        while (left > 0);
        return [first, .. length, .. body];
    }
}
