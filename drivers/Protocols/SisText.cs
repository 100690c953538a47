using System.Buffers;
using System.Text;
using AvGateway.Drivers.Telnet;

namespace AvGateway.Drivers.Protocols;

/// <summary>The Simple Instruction Set of Extron's devices as text: how a request is written and where a line ends. What a line means is a matter of the device.</summary>
internal static class SisText
{
    /// <summary>A request that begins with this carries a password behind it, which no trace may show.</summary>
    public const string Secret = "password ";

    private const char Escape = '\x1B';

    public static ReadOnlySpan<byte> PasswordPrompt => "Password:"u8;

    public static bool Hides(string request) => request.StartsWith(Secret, StringComparison.Ordinal);

    /// <summary>Writes a request as it stands: single letters end by themselves; what begins with Escape ends in CR, as does a password.</summary>
    public static void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        if (TelnetCommands.TryWrite(request, output)) return;

        var text = Hides(request) ? request[Secret.Length..] + "\r" : request;
        for (var i = 0; i < text.Length; i++)
        {
            var isFrame = (i == 0 && text[i] == Escape) || (i == text.Length - 1 && text[i] == '\r');
            if (!isFrame && text[i] is < ' ' or > '~') throw new ArgumentException("a command holds printable ASCII only", nameof(request));

            // "|" ends a command like CR does.
            if (text[i] == '|') throw new ArgumentException("a command may not hold its own terminator", nameof(request));
        }

        Encoding.ASCII.GetBytes(text, output);
    }

    /// <summary>How many bytes the line takes that begins here; 0 while its end is not there.</summary>
    /// <param name="line">Without its end, and without telnet's own bytes.</param>
    public static int ReadLine(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        line = default;
        var length = bytes.IndexOf((byte)'\n');
        if (length < 0) return 0;
        line = bytes[..length];
        if (line.Contains(TelnetCommands.Iac)) line = TelnetCommands.Without(line);
        line = line.TrimEnd("\r "u8);
        return length + 1;
    }
}
