using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Escalation;

/// <summary>A wish to send one message by a channel, as a trial.</summary>
/// <param name="To">The address; empty where the channel has one end only.</param>
public sealed record ChannelAsk(string Caller, string Channel, string To, string Target, long Arrived)
{
    public string? Id { get; init; }
    public TimeSpan? Ttl { get; init; }
}

/// <summary>Lets an engineer see that a way out of the house works, before the night in which it has to.</summary>
public sealed class ChannelDesk(IReadOnlyList<IChannel> channels, string site, ActDesk acts, IServiceJournal journal, TimeProvider time)
{
    /// <summary>Trials cost money and ring telephones; together, not each.</summary>
    public static readonly RequestRate Rate = new(0.1, 10);

    private readonly CallerTurns _turns = new(time);

    public void Test(ChannelAsk ask, IAnswers answers)
    {
        // A telephone number is somebody's: ledger and journal get a digest of it.
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ask.To)).AsSpan(0, 8));
        acts.Ask(
            new(ask.Caller, ask.Target, $"\"{digest}\"", ask.Arrived) { Id = ask.Id, Ttl = ask.Ttl },
            user => Judge(user, ask.Channel),
            turn => TryAsync(ask, turn),
            answers);
    }

    private Refusal? Judge(User user, string channel)
    {
        if (!Rights.MayTryChannel(user)) return new(AnswerCodes.NoRight, $"{user.Name} may not try channels: an engineer or an admin may");
        return channels.Any(c => c.Id == channel) ? null
            : new(AnswerCodes.Unknown, $"there is no channel \"{SafeText.Shown(channel)}\": known are {(channels.Count == 0 ? "none" : string.Join(", ", channels.Select(c => c.Id)))}");
    }

    private async Task<ActEnd> TryAsync(ChannelAsk ask, ActTurn turn)
    {
        if (!_turns.TryTake(Rate, out var wait)) return new(new(AnswerCodes.Busy, "too many trials in a short time") { RetryAfter = wait });
        var channel = channels.First(c => c.Id == ask.Channel);
        var delivery = await DeliverAsync(channel, TrialNotice.Of(site, channel.Id, time), ask.To);
        var outcome = delivery.Outcome.ToString().ToLowerInvariant();
        journal.Append(new(time.GetUtcNow(), "channel.tried", channel.Id, turn.By.Name, JsonSerializer.Serialize(new { outcome })));
        return delivery.Outcome switch
        {
            DeliveryOutcome.Taken => new(new(AnswerCodes.AcknowledgedOnly, $"taken: {delivery.Detail}")),
            DeliveryOutcome.Later => new(new(AnswerCodes.Offline, $"not now: {delivery.Detail}") { RetryAfter = delivery.After }),
            _ => new(new(AnswerCodes.Refused, $"refused: {delivery.Detail}")),
        };
    }

    private async Task<Delivery> DeliverAsync(IChannel channel, Notice notice, string to)
    {
        using var patience = new CancellationTokenSource(channel.Patience, time);
        try
        {
            return await channel.DeliverAsync(notice, to, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return new(DeliveryOutcome.Later, $"no end within {channel.Patience.TotalSeconds:0} s; nobody knows whether it arrived");
        }
    }
}

/// <summary>The message of a trial.</summary>
public static class TrialNotice
{
    public static Notice Of(string site, string channel, TimeProvider time)
    {
        var at = time.GetUtcNow();
        return new(
            $"trial-{channel}-{Ulid.Make(time)}",
            NoticeKind.Trial,
            Severity.P4,
            at,
            new($"AvGateway 试发：{site}", $"AvGateway trial: {site}"),
            new(
                $"这是一条试发信息，无需处理。\n站点 {site}，通道 {channel}，{at:yyyy-MM-dd HH:mm:ss} UTC。",
                $"This is a trial message; nothing is to be done.\nSite {site}, channel {channel}, {at:yyyy-MM-dd HH:mm:ss} UTC."));
    }
}
