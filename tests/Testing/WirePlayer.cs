using System.Globalization;
using AvGateway.Devices;

namespace AvGateway.Testing;

/// <summary>Plays a transcript's device to a driver on the bench and checks what the driver sends and shows.</summary>
public static class WirePlayer
{
    public static async Task PlayAsync<TReply>(WireTranscript transcript, DeviceBench<TReply> bench)
    {
        await bench.StartAsync();
        Task<CommandResult>? asked = null;
        foreach (var step in transcript.Steps)
        {
            try
            {
                switch (step.Mark)
                {
                    case '<':
                        await bench.ExpectNothingSentAsync();
                        await bench.SaysAsync(step.Text);
                        break;
                    case '>': await bench.ExpectSentAsync(step.Text); break;
                    case '!':
                        asked = Ask(bench, step.Text);
                        await bench.SettleAsync();
                        break;
                    case '@': await bench.PassAsync(Duration(step.Text)); break;
                    case '=': Check(bench, asked, step.Text); break;
                }
            }
            catch (Exception failure) when (failure is Xunit.Sdk.XunitException or FormatException)
            {
                throw new InvalidOperationException($"{transcript.Name}, line {step.Line}: {step.Mark} {step.Text}\n{failure.Message}", failure);
            }
        }

        await bench.ExpectNothingSentAsync();
    }

    private static Task<CommandResult> Ask<TReply>(DeviceBench<TReply> bench, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return bench.Ask(words[0], [.. words[1..].Select(Argument)]);
    }

    private static (string Name, Value Value) Argument(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return (word[..equals], Parse(word[(equals + 1)..]));
    }

    private static void Check<TReply>(DeviceBench<TReply> bench, Task<CommandResult>? asked, string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var (what, rest) = space < 0 ? (text, "") : (text[..space], text[(space + 1)..]);
        switch (what)
        {
            case "outcome" when rest == "pending": Xunit.Assert.False(asked!.IsCompleted, "the command has already ended"); break;
            case "outcome":
                Xunit.Assert.True(asked!.IsCompleted, "the command has not ended");
                Xunit.Assert.Equal(rest, asked.Result.Outcome.ToString());
                break;
            case "reason": Xunit.Assert.Contains(rest, asked!.Result.Reason, StringComparison.Ordinal); break;
            case "mode": Xunit.Assert.Equal(rest, bench.Status.Mode); break;
            case "state": Xunit.Assert.Equal(rest, bench.Status.State.ToString(), ignoreCase: true); break;
            case "property":
                var value = rest.IndexOf(' ', StringComparison.Ordinal);
                var (property, wished) = value < 0 ? (rest, "") : (rest[..value], rest[(value + 1)..]);
                Xunit.Assert.Equal(wished, bench.Snapshot[property].ToString());
                break;
            case "fault": Xunit.Assert.Contains(rest, bench.Snapshot.Faults); break;
            case "no-fault": Xunit.Assert.DoesNotContain(rest, bench.Snapshot.Faults); break;
            case "event": Xunit.Assert.Contains(bench.Seen.Events, e => $"{e.Type} {e.Details}".Trim() == rest); break;
            case "link" when rest == "closed": Xunit.Assert.Equal(DeviceState.Offline, bench.Status.State); break;
            default: throw new FormatException($"a transcript cannot check \"{what}\"");
        }
    }

    private static Value Parse(string word) => word switch
    {
        "true" => true,
        "false" => false,
        _ when long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => integer,
        _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => word,
    };

    private static TimeSpan Duration(string text)
    {
        var unit = text.TrimEnd().AsSpan().TrimStart("0123456789.");
        var amount = double.Parse(text.AsSpan(0, text.TrimEnd().Length - unit.Length), CultureInfo.InvariantCulture);
        return unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(amount),
            "s" => TimeSpan.FromSeconds(amount),
            "m" => TimeSpan.FromMinutes(amount),
            "h" => TimeSpan.FromHours(amount),
            _ => throw new FormatException($"\"{text}\" is no duration"),
        };
    }
}
