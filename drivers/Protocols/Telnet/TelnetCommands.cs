using System.Buffers;

namespace AvGateway.Drivers.Protocols.Telnet;

/// <summary>
/// Telnet's own bytes within the text of a device (RFC 854): a codec passes over them and turns every option down, so that both ends speak plain text.
/// A negotiation is two characters, the verb and the option, for instance WILL ECHO; a request that answers one is IAC and two more.
/// </summary>
internal static class TelnetCommands
{
    public const byte Iac = 0xFF;

    private const byte Will = 0xFB, Wont = 0xFC, Do = 0xFD, Dont = 0xFE, Subnegotiation = 0xFA, SubnegotiationEnd = 0xF0;
    private const byte Lowest = 0xF0;

    /// <summary>A command begins here; a last IAC alone may be the first half of one.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.Length > 1 && bytes[0] == Iac && bytes[1] >= Lowest;

    /// <summary>How long the command is that begins here; 0 while its end is not there.</summary>
    /// <param name="negotiation">What it wants to talk about; null where nothing is to be answered.</param>
    public static int Read(ReadOnlySpan<byte> bytes, out string? negotiation)
    {
        negotiation = null;
        switch (bytes[1])
        {
            case Will or Wont or Do or Dont:
                if (bytes.Length < 3) return 0;
                negotiation = $"{(char)bytes[1]}{(char)bytes[2]}";
                return 3;
            case Subnegotiation:
                var end = bytes.IndexOf([Iac, SubnegotiationEnd]);
                return end < 0 ? 0 : end + 2;
            default:
                return 2;
        }
    }

    /// <summary>The request that turns it down; null where nothing is to be said.</summary>
    public static string? Refuse(string negotiation) => negotiation[0] switch
    {
        (char)Will => $"{(char)Iac}{(char)Dont}{negotiation[1]}",
        (char)Do => $"{(char)Iac}{(char)Wont}{negotiation[1]}",
        _ => null,
    };

    /// <summary>Writes a request made by <see cref="Refuse"/>; false for any other.</summary>
    public static bool TryWrite(string request, IBufferWriter<byte> output)
    {
        if (request.Length != 3 || request[0] != (char)Iac) return false;
        output.Write([Iac, (byte)request[1], (byte)request[2]]);
        return true;
    }

    /// <summary>The line without telnet's bytes: a server may put its negotiation in the middle of one; it is not answered there, and the line is not spoiled by it.</summary>
    public static byte[] Without(ReadOnlySpan<byte> line)
    {
        var clean = new List<byte>(line.Length);
        while (!line.IsEmpty)
        {
            var length = Begins(line) ? Read(line, out _) : 0;
            if (length == 0)
            {
                if (line[0] != Iac) clean.Add(line[0]);
                length = 1;
            }

            line = line[length..];
        }

        return [.. clean];
    }
}
