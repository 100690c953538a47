using System.Text.Json;
using AvGateway.Faults.History;

namespace AvGateway.Faults.Model;

/// <summary>What is known of one command: how often it was asked, what was said, and how often the device heard its frame.</summary>
internal sealed class CommandLife(HistoryEvent asked)
{
    // Clocks of a request: the client's publish is seen before the gateway's arrival, and a frame is written before it is seen here.
    private const double Slack = 2_000;

    // A driver may ask once more what can be asked twice without harm, when no answer came in its reply time of 2 s; never sooner.
    private const double ReplyTime = 1_500;

    private (int Run, double At) _lastFrame;

    public string Id { get; } = asked.Id!;
    public string Device { get; } = asked.Subject;
    public string Effect { get; } = asked.Effect!;
    public bool WasAccepted { get; private set; }
    public string? Final { get; private set; }
    public int Stat { get; private set; }
    public int Frames { get; private set; }
    public int Asks { get; private set; }
    private double LatestEnd { get; set; }

    public void Ask(HistoryEvent asked)
    {
        Asks++;
        LatestEnd = asked.At + asked.Expiry!.Value + Slack;
    }

    public IEnumerable<Violation> Hear(HistoryEvent frame, int run)
    {
        Frames++;
        var isRetry = Frames > 1 && run == _lastFrame.Run && frame.At - _lastFrame.At >= ReplyTime;
        _lastFrame = (run, frame.At);
        if (Frames > 1 && !isRetry) yield return new("I2", frame.Number, $"{Device} heard \"{Effect}\" of {Id} {Frames} times");
        if (frame.At > LatestEnd) yield return new("I4", frame.Number, $"{Device} heard \"{Effect}\" of {Id} after its expiry");
        if (Final is not null) yield return new("I2", frame.Number, $"{Device} heard \"{Effect}\" of {Id} after its answer {Stat}");
    }

    public IEnumerable<Violation> Answer(HistoryEvent answered)
    {
        using var payload = JsonDocument.Parse(answered.Text!);
        var stat = payload.RootElement.GetProperty("stat").GetInt32();
        if (!payload.RootElement.GetProperty("final").GetBoolean())
        {
            WasAccepted |= stat == 202;
            yield break;
        }

        // What was refused before it was accepted is not kept: asked again it may end in another way.
        if (Final is not null && Final != answered.Text && (WasAccepted || Stat == 200))
            yield return new("I1", answered.Number, $"{Id} has a second, different end: {answered.Text} after {Final}");
        (Final, Stat) = (answered.Text, stat);
        if (stat == 200 && Frames == 0 && NeedsFrame) yield return new("I7", answered.Number, $"{Id} was verified and {Device} never heard \"{Effect}\"");

        // A wish that a newer one replaced may have been sent already; the answer then says how often.
        var told = payload.RootElement.TryGetProperty("attempts", out var attempts) ? attempts.GetInt32() : (int?)null;
        if (stat is >= 400 and < 500 && Frames > (told ?? 0))
            yield return new("I4", answered.Number, $"{Id} ended with {stat} after {told ?? 0} attempts and {Device} had heard \"{Effect}\" {Frames} times");
    }

    // Stopping what stands still, or starting what runs, is done without a word to the device.
    private bool NeedsFrame => Effect.Contains('>', StringComparison.Ordinal);
}
