using AvGateway.Operations.Escalation;

namespace AvGateway.Channels.Webhook;

/// <summary>What the error codes of the robots mean for a delivery. Codes that are not here: again later, and the number is told.</summary>
internal static class RobotErrors
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(62);
    private static readonly TimeSpan Mute = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<(WebhookFormat Format, int Code), (DeliveryOutcome Outcome, TimeSpan? Hold, string Says)> Table = new()
    {
        [(WebhookFormat.WeCom, -1)] = (DeliveryOutcome.Later, null, "busy"),
        [(WebhookFormat.WeCom, 40008)] = (DeliveryOutcome.Refused, null, "the kind of message is not taken"),
        [(WebhookFormat.WeCom, 40058)] = (DeliveryOutcome.Refused, null, "the message is not taken as it is"),
        [(WebhookFormat.WeCom, 45002)] = (DeliveryOutcome.Refused, null, "the message is too long"),
        [(WebhookFormat.WeCom, 45009)] = (DeliveryOutcome.Later, Minute, "more than 20 messages in a minute"),
        [(WebhookFormat.WeCom, 45033)] = (DeliveryOutcome.Later, Minute, "too many at once"),
        [(WebhookFormat.WeCom, 93000)] = (DeliveryOutcome.Refused, null, "there is no such robot; see \"token\""),
        [(WebhookFormat.DingTalk, -1)] = (DeliveryOutcome.Later, null, "busy"),
        [(WebhookFormat.DingTalk, 130101)] = (DeliveryOutcome.Later, Mute, "more than 20 messages in a minute: muted for ten"),
        [(WebhookFormat.DingTalk, 302033)] = (DeliveryOutcome.Later, Mute, "more than 20 messages in a minute: muted for ten"),
        [(WebhookFormat.DingTalk, 300001)] = (DeliveryOutcome.Refused, null, "there is no such robot; see \"token\""),
        [(WebhookFormat.DingTalk, 310000)] = (DeliveryOutcome.Refused, null, "the robot's own safety settings refuse it: sign, key word or address; see \"secret\""),
        [(WebhookFormat.DingTalk, 400013)] = (DeliveryOutcome.Refused, null, "the group was dissolved"),
        [(WebhookFormat.DingTalk, 400101)] = (DeliveryOutcome.Refused, null, "there is no such robot; see \"token\""),
        [(WebhookFormat.DingTalk, 400102)] = (DeliveryOutcome.Refused, null, "the robot is switched off"),
        [(WebhookFormat.DingTalk, 430101)] = (DeliveryOutcome.Refused, null, "the text is not allowed there"),
    };

    public static Delivery End(WebhookFormat format, int code, RobotPace pace)
    {
        if (code == 0) return Ends.Taken("the robot took it");
        if (!Table.TryGetValue((format, code), out var row)) return Ends.Later($"the robot says error {code}");
        if (row.Hold is { } span) pace.Hold(span);
        return row.Outcome is DeliveryOutcome.Refused ? Ends.Refused($"the robot says error {code}: {row.Says}") : Ends.Later($"the robot says error {code}: {row.Says}", row.Hold);
    }
}
