using AvGateway.Mqtt.Permissions;
using AvGateway.Operations.Access;
using Microsoft.Extensions.Logging;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace AvGateway.Mqtt.Embedded;

/// <summary>Decides who comes in and what each may subscribe to.</summary>
internal sealed partial class Reception(
    BrokerOptions options, IUserDirectory users, SessionTable sessions, Switchboard switchboard, RefusalLog refusals, ILogger log) : IChannelOwner
{
    private const int LongestClientId = 64;
    private const string SharedPrefix = "$share/";

    /// <summary>Where the library keeps our session with its own.</summary>
    public static readonly object SessionKey = new();

    private readonly SiteTopics _site = new(options.Root, options.Site);

    public async Task AdmitAsync(ValidatingConnectionEventArgs connect)
    {
        var channel = (ClientChannel)connect.ChannelAdapter;
        try
        {
            var (reason, word) = await JudgeAsync(connect, channel);
            connect.ReasonCode = reason;
            if (reason is not MqttConnectReasonCode.Success) refusals.Add(Shown(connect.UserName, channel), word);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The library would close the connection, which is right, and keep the bug to itself, which is not.
            LogBug(log, e);
            throw;
        }
    }

    [LoggerMessage(4103, LogLevel.Error, "a sign-in could not be judged; its connection is closed")]
    private static partial void LogBug(ILogger log, Exception error);

    public void Leave(ClientChannel channel)
    {
        if (channel.Session is not { } session) return;
        switchboard.Remove(session);
        sessions.Leave(session);
    }

    /// <summary>An account was added, changed or removed: live sessions follow at once.</summary>
    public void AccountChanged(string name)
    {
        var user = users.Find(name);
        foreach (var session in sessions.Of(name))
        {
            if (user is null || user.Generation != session.User.Generation) session.Channel.Close(MqttDisconnectReasonCode.NotAuthorized, "account-changed");
            else session.Become(user);
        }

        switchboard.RightsChanged();
        if (user is null) sessions.Forget(name);
    }

    public void Subscribe(ClientSession session, MqttSubscribePacket packet)
    {
        var granted = new List<Subscription>();
        var answers = new List<MqttSubscribeReasonCode>(packet.TopicFilters.Count);
        var kept = session.Subscriptions.Count;
        foreach (var asked in packet.TopicFilters)
        {
            var answer = Judge(session, asked, kept, out var filter);
            answers.Add(answer);
            if (answer > MqttSubscribeReasonCode.GrantedQoS2)
            {
                refusals.Add(session.User.Name, answer is MqttSubscribeReasonCode.NotAuthorized ? "subscribe-right" : "subscribe-form");
                continue;
            }

            granted.Add(new(filter, GrantOf(asked, packet.SubscriptionIdentifier), ReplayOf(asked)));
            if (!session.Subscriptions.ContainsKey(filter.Text)) kept++;
        }

        switchboard.Subscribe(session, granted, new MqttSubAckPacket { PacketIdentifier = packet.PacketIdentifier, ReasonCodes = answers });
    }

    public void Unsubscribe(ClientSession session, MqttUnsubscribePacket packet)
    {
        var answers = packet.TopicFilters
            .Select(f => switchboard.Unsubscribe(session, f) ? MqttUnsubscribeReasonCode.Success : MqttUnsubscribeReasonCode.NoSubscriptionExisted).ToList();
        session.Channel.Send(new MqttUnsubAckPacket { PacketIdentifier = packet.PacketIdentifier, ReasonCodes = answers });
    }

    public void Refuse(ClientChannel channel, string reason) => refusals.Add(channel.Session?.User.Name ?? channel.Address, reason);

    private async Task<(MqttConnectReasonCode, string)> JudgeAsync(ValidatingConnectionEventArgs connect, ClientChannel channel)
    {
        if (!string.IsNullOrEmpty(connect.AuthenticationMethod)) return (MqttConnectReasonCode.BadAuthenticationMethod, "connect-method");
        if (!IsClientId(channel.ClientId)) return (MqttConnectReasonCode.ClientIdentifierNotValid, "connect-client-id");

        // One answer for every failed sign-in; which it was stands in our log alone.
        var name = connect.UserName ?? "";
        var before = users.Find(name);
        if (channel.ClientCertificate is { } shown && CertificateSubject.UserOf(shown) != name) return (MqttConnectReasonCode.BadUserNameOrPassword, "sign-in-certificate");
        var signIn = await users.AuthenticateAsync(name, connect.Password, channel.Address, connect.CancellationToken);
        if (signIn is not SignIn.Accepted || before is null) return (MqttConnectReasonCode.BadUserNameOrPassword, WordOf(signIn));

        var session = new ClientSession(channel, channel.ClientId, before, _site);
        switch (sessions.Enter(session, out var replaced))
        {
            case SessionTable.Entry.IdTaken:
                return (MqttConnectReasonCode.ClientIdentifierNotValid, "connect-client-id-of-another");
            case SessionTable.Entry.TooMany:
                return (channel.IsVersion5 ? MqttConnectReasonCode.QuotaExceeded : MqttConnectReasonCode.ServerUnavailable, "connect-too-many");
        }

        channel.Session = session;
        connect.SessionItems[SessionKey] = session;
        replaced?.Channel.Close(MqttDisconnectReasonCode.SessionTakenOver, "taken-over");

        // From here on a change of the account reaches the session; one that came before is looked for once.
        if (users.Find(name) is not { } now || now.Generation != before.Generation)
            return (MqttConnectReasonCode.BadUserNameOrPassword, "connect-account-changed");
        if (now != before) session.Become(now);
        return (MqttConnectReasonCode.Success, "");
    }

    private MqttSubscribeReasonCode Judge(ClientSession session, MqttTopicFilter asked, int kept, out TopicFilter filter)
    {
        filter = null!;
        if (asked.Topic?.StartsWith(SharedPrefix, StringComparison.Ordinal) is true) return MqttSubscribeReasonCode.SharedSubscriptionsNotSupported;
        if (!TopicFilter.TryParse(asked.Topic, options.MaxTopicBytes, options.MaxTopicLevels, out filter)) return MqttSubscribeReasonCode.TopicFilterInvalid;
        if (!session.Rights.MayReadSomeOf(filter)) return MqttSubscribeReasonCode.NotAuthorized;
        if (kept >= options.MaxSubscriptions && !session.Subscriptions.ContainsKey(filter.Text)) return MqttSubscribeReasonCode.QuotaExceeded;
        return asked.QualityOfServiceLevel is MqttQualityOfServiceLevel.AtMostOnce ? MqttSubscribeReasonCode.GrantedQoS0 : MqttSubscribeReasonCode.GrantedQoS1;
    }

    private static Grant GrantOf(MqttTopicFilter asked, uint identifier) => new(
        asked.QualityOfServiceLevel is not MqttQualityOfServiceLevel.AtMostOnce, asked.RetainAsPublished, identifier == 0 ? null : [identifier]);

    private static MqttReplay ReplayOf(MqttTopicFilter asked) => asked.RetainHandling switch
    {
        MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly => MqttReplay.WhenNew,
        MqttRetainHandling.DoNotSendOnSubscribe => MqttReplay.Never,
        _ => MqttReplay.Always,
    };

    private static bool IsClientId(string? id) => id?.Length is > 0 and <= LongestClientId
        && id.All(c => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '.' or '_' or '-');

    /// <summary>A name that nobody checked is written by a stranger: only a known one is shown.</summary>
    private string Shown(string? name, ClientChannel channel) => name is not null && users.Find(name) is not null ? name : channel.Address;

    private static string WordOf(SignIn signIn) => signIn switch
    {
        SignIn.LockedOut => "sign-in-locked-out",
        SignIn.Ended => "sign-in-ended",
        _ => "sign-in",
    };
}
