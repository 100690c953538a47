using System.Buffers;
using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Protocols.WakeOnLan;

/// <summary>The lines of a <c>wake</c> link: one question or order a line, one answer or event a line.</summary>
public sealed class WakeCodec : IWireCodec<WakeReply>
{
    public const string Look = "look";
    public const string Wake = "wake";
    public const string Try = "try";

    private const string RunWord = "run ";
    private const int LongestCommand = 1024;

    /// <summary>The order to run a command; the link tells its end later.</summary>
    public static string Run(string command) => RunWord + command;

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isRun = request.Length > RunWord.Length && request.Length <= LongestCommand && request.StartsWith(RunWord, StringComparison.Ordinal);
        if (request is not (Look or Wake or Try) && (!isRun || request.Any(char.IsControl)))
            throw new ArgumentException($"a command is one line of at most {LongestCommand} characters", nameof(request));
        Encoding.UTF8.GetBytes(request + "\n", output);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out WakeReply reply)
    {
        reply = default;
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n')) return false;
        input = input.Slice(reader.Position);
        reply = Parse(Encoding.UTF8.GetString(line).Trim());
        return true;
    }

    private static WakeReply Parse(string line)
    {
        var (word, words) = Cut(line);
        return word switch
        {
            "up" => new(WakeReplyKind.Up, 0, "", words),
            "silent" => new(WakeReplyKind.Silent, 0, "", words),
            "refused" or "deaf" => new(WakeReplyKind.Alive, 0, "", words),
            "blind" => new(WakeReplyKind.Blind, 0, "", words),
            "sent" => new(WakeReplyKind.Sent, 0, "", words),
            "failed" => new(WakeReplyKind.Failed, 0, "", words),
            "running" or "trying" => new(WakeReplyKind.Begun, 0, "", words),
            "unsure" => new(WakeReplyKind.Unsure, 0, "", words),
            "ready" => new(WakeReplyKind.Ready, 0, "", words),
            "exit" when Cut(words) is var (status, rest) && int.TryParse(status, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                new(WakeReplyKind.Exit, number, "", rest),
            "not-run" when Cut(words) is var (reason, rest) && reason.Length > 0 => new(WakeReplyKind.NotRun, 0, reason, rest),
            _ => new(WakeReplyKind.Text, 0, "", line),
        };
    }

    private static (string First, string Behind) Cut(string text) =>
        text.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var space ? (text[..space], text[(space + 1)..].TrimStart()) : (text, "");
}
