using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// Descriptions that pass through us from one party to another: only what RFC 3725 §9 makes ours is written anew, the origin and, for a
/// hold, the direction. Streams, codecs and encryption stay as their owners wrote them.
/// </summary>
internal sealed class SdpRelay
{
    private static readonly string[] Directions = ["a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"];

    private readonly uint _id = (uint)System.Security.Cryptography.RandomNumberGenerator.GetInt32(1, int.MaxValue);
    private string _last = "";
    private ulong _version;

    /// <summary>The description as it goes to our party: one session whose version grows with each change (RFC 3264 §8).</summary>
    public byte[] Forward(ReadOnlySpan<byte> description, bool silent)
    {
        var text = new StringBuilder(description.Length + 64);
        var begun = false;
        foreach (var line in Lines(description))
        {
            if (line.StartsWith("o=", StringComparison.Ordinal)) continue;
            if (silent && Directions.Contains(line, StringComparer.Ordinal)) continue;
            if (silent && !begun && line.StartsWith("m=", StringComparison.Ordinal))
            {
                begun = true;
                text.Append("a=inactive\r\n");
            }

            text.Append(line).Append("\r\n");
        }

        var body = text.ToString();
        if (body != _last) _version++;
        _last = body;

        // Behind the version, which is the first line of every description that was understood.
        var head = body.IndexOf('\n', StringComparison.Ordinal) + 1;
        var origin = string.Create(CultureInfo.InvariantCulture, $"o=avgateway {_id} {_version} IN IP4 0.0.0.0\r\n");
        return Encoding.Latin1.GetBytes(body.Insert(head, origin));
    }

    /// <summary>The same session in the same version: a refresh that changes nothing.</summary>
    public static bool IsSame(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => Origin(a) is { } origin && origin == Origin(b);

    /// <summary>Whoever wrote this sends on no stream.</summary>
    public static bool SendsNothing(ReadOnlySpan<byte> description)
    {
        if (!SdpSession.TryParse(description, out var session)) return false;
        return session.Media.All(m => m.Port == 0 || m.Direction is SdpDirection.Inactive or SdpDirection.ReceiveOnly);
    }

    private static string? Origin(ReadOnlySpan<byte> description) =>
        Lines(description).FirstOrDefault(line => line.StartsWith("o=", StringComparison.Ordinal));

    private static string[] Lines(ReadOnlySpan<byte> description) =>
        [.. Encoding.Latin1.GetString(description).Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
}
