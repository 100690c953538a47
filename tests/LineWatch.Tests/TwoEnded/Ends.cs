using System.Net;
using AvGateway.LineWatch.TwoEnded;
using AvGateway.Operations.Lines;
using AvGateway.Testing;

namespace AvGateway.LineWatch.Tests.TwoEnded;

/// <summary>Two courts and the way between them on a clock that jumps: what gets through is a matter of the test.</summary>
internal sealed class Ends
{
    public const int Rate = 20;
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1.0 / Rate);

    public Ends()
    {
        A = new(Plan("court-b"), "court-a", Clock);
        B = new(Plan("court-a"), "court-b", Clock);
    }

    public VirtualClock Clock { get; } = new();
    public LineTrack A { get; }
    public LineTrack B { get; private set; }

    /// <summary>Which packets arrive, by the count of those that were sent that way.</summary>
    public Func<int, bool> Out { get; set; } = static _ => true;
    public Func<int, bool> Back { get; set; } = static _ => true;

    /// <summary>Milliseconds on the way there, by the same count.</summary>
    public Func<int, double> DelayOut { get; set; } = static _ => 5;

    public ulong EpochOfB { get; set; } = 99;
    public Surroundings Around { get; set; } = new(LinkState.Up, PortState.Missing, ThirdSight.Missing, null);

    /// <summary>Routers that answer court a.</summary>
    public HashSet<int> Routers { get; } = [LineTrack.Near, LineTrack.Hop, LineTrack.Far];

    private int _out;
    private int _back;

    public static LinePlan Plan(string far) => new(far, far, new(IPAddress.Loopback, 1), new("a shared secret of two courts")) { Rate = Rate, Circuit = "C-1" };

    public void Restart() => (B, EpochOfB) = (new(Plan("court-a"), "court-b", Clock), EpochOfB + 2);

    public async Task PassAsync(double seconds)
    {
        for (var i = 0; i < seconds * Rate; i++)
        {
            Exchange();
            foreach (var leg in (int[])[LineTrack.Near, LineTrack.Hop, LineTrack.Far])
            {
                var asked = A.Echo(leg).Ask();
                if (Routers.Contains(leg)) A.Echo(leg).Take(asked);
            }

            if (i % 4 == 0) A.Look(Around);
            await Clock.PassAsync(Gap, () => Task.CompletedTask);
        }
    }

    public LineView View => A.View(Around, TimeSpan.FromSeconds(30));

    // Delays are put into the time stamps: a clock that moved within an exchange would fire timers.
    private void Exchange()
    {
        var question = A.Ask(A.End(Around), [], NtpTime.ErrorOf(null));
        if (!Out(_out++)) return;
        var heard = Clock.GetUtcNow().AddMilliseconds(DelayOut(_out));
        if (B.TakeQuestion(question, EpochOfB, heard, LineEnd.Unseen, [], NtpTime.ErrorOf(null)) is not { } answer) return;
        if (answer.Count > 0 && !Back(_back++)) return;
        A.TakeAnswer(answer with { AnsweredAt = NtpTime.Of(heard.AddMilliseconds(1)) }, heard.AddMilliseconds(1 + 7), null);
    }
}
