using System.Buffers;
using System.Text;
using AvGateway.Links;

namespace AvGateway.Channels.Sms;

/// <summary>The modem does not do as the standard says, or is gone.</summary>
internal sealed class ModemException(string message) : Exception(message);

/// <summary>How a command ended: <c>OK</c>, <c>ERROR</c>, <c>+CMS ERROR: n</c> …, and what came before.</summary>
internal sealed record ModemReply(string Final, IReadOnlyList<string> Lines)
{
    public bool IsOk => Final == "OK";

    /// <summary>The rest of the first line that begins so.</summary>
    public string? After(string prefix) => Lines.FirstOrDefault(l => l.StartsWith(prefix, StringComparison.Ordinal)) is { } line ? line[prefix.Length..].Trim() : null;
}

/// <summary>One conversation with a modem, one command at a time, each with its time.</summary>
internal sealed class Modem(ILink link, TimeProvider time)
{
    private const int MostLines = 64;
    private const string ReportPrefix = "+CDS:";

    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);
    private static readonly string[] Errors = ["ERROR", "+CMS ERROR", "+CME ERROR", "NO CARRIER", "COMMAND NOT SUPPORT"];

    private bool _reportFollows;

    /// <summary>Status reports that came in between, oldest first.</summary>
    public Queue<SmsReport> Reports { get; } = new();

    /// <summary>Gets a modem of any past into a known state: out of a message that was begun, echo off, errors with numbers.</summary>
    public async Task WakeAsync(CancellationToken cancellation)
    {
        await WriteAsync([ModemCodec.Escape], cancellation);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await AskAsync("AT", TimeSpan.FromSeconds(2), cancellation);
                break;
            }
            catch (ModemException) when (tries < 3 && !link.Ended.IsCompleted)
            {
                // Some modems set their speed by the first commands that they hear.
            }
        }

        await AskAsync("ATE0", UsualPatience, cancellation);
        await AskAsync("AT+CMEE=1", UsualPatience, cancellation);
    }

    public Task<ModemReply> AskAsync(string command, CancellationToken cancellation) => AskAsync(command, UsualPatience, cancellation);

    /// <param name="command">Without CR. It may hold the PIN, so no message of ours repeats more than its name.</param>
    public async Task<ModemReply> AskAsync(string command, TimeSpan within, CancellationToken cancellation)
    {
        await WriteAsync(Encoding.ASCII.GetBytes(command + "\r"), cancellation);
        return await AnswerAsync(NameOf(command), within, cancellation);
    }

    /// <summary>Hands over one message: command, prompt, message.</summary>
    public async Task<ModemReply> SubmitAsync(string pdu, int length, TimeSpan within, CancellationToken cancellation)
    {
        await WriteAsync(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"AT+CMGS={length}\r")), cancellation);
        var lines = new List<string>();
        var line = await UntilAsync("AT+CMGS", l => l == ModemCodec.Prompt || IsFinal(l), lines, UsualPatience, cancellation);
        if (line != ModemCodec.Prompt) return new(line, lines);
        await WriteAsync([.. Encoding.ASCII.GetBytes(pdu), ModemCodec.EndOfMessage], cancellation);
        return await AnswerAsync("AT+CMGS", within, cancellation);
    }

    /// <summary>Waits for one more status report; false when none came.</summary>
    public async Task<bool> HearReportAsync(TimeSpan within, CancellationToken cancellation)
    {
        try
        {
            await UntilAsync("a status report", _ => Reports.Count > 0, [], within, cancellation);
            return true;
        }
        catch (ModemException) when (!link.Ended.IsCompleted) { return false; }
    }

    private async Task<ModemReply> AnswerAsync(string command, TimeSpan within, CancellationToken cancellation)
    {
        var lines = new List<string>();
        return new(await UntilAsync(command, IsFinal, lines, within, cancellation), lines);
    }

    private async Task<string> UntilAsync(string command, Func<string, bool> isEnd, List<string> lines, TimeSpan within, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            while (true)
            {
                var read = await link.Input.ReadAsync(either.Token);
                var rest = read.Buffer;
                var found = Take(ref rest, isEnd, lines);
                link.Input.AdvanceTo(rest.Start, found is null ? rest.End : rest.Start);
                if (found is not null) return found;
                if (read.IsCompleted) throw new ModemException($"the modem's line ended while {command} waited for its answer");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ModemException($"the modem does not answer {command} within {within.TotalSeconds:0} s");
        }
    }

    private string? Take(ref ReadOnlySequence<byte> rest, Func<string, bool> isEnd, List<string> lines)
    {
        while (ModemCodec.TryRead(ref rest, out var line))
        {
            if (_reportFollows)
            {
                _reportFollows = false;
                if (SmsPdu.ReadReport(line) is { } report) Reports.Enqueue(report);
            }
            else if (line.StartsWith(ReportPrefix, StringComparison.Ordinal))
            {
                _reportFollows = true;
                continue;
            }

            if (isEnd(line)) return line;

            // A modem that talks without end fills no memory.
            if (lines.Count < MostLines) lines.Add(line);
        }

        return null;
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellation)
    {
        var flush = await link.Output.WriteAsync(bytes, cancellation);
        if (flush.IsCompleted) throw new ModemException("the modem's line has ended");
    }

    private static bool IsFinal(string line) => line == "OK" || Array.Exists(Errors, e => line.StartsWith(e, StringComparison.Ordinal));

    private static string NameOf(string command) => command.Split('=', '?')[0];
}
