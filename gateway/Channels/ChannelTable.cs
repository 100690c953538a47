using AvGateway.Channels.Call;
using AvGateway.Channels.Folder;
using AvGateway.Channels.Mail;
using AvGateway.Channels.Relay;
using AvGateway.Channels.Sms;
using AvGateway.Channels.Webhook;
using AvGateway.Devices;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Operations.Escalation;
using Microsoft.Extensions.Logging;

namespace AvGateway.Channels;

/// <summary>What channels stand on.</summary>
/// <param name="Site">Id of the site; the only word about the court that a channel adds to a notice.</param>
/// <param name="Data">The gateway's data directory.</param>
public sealed record ChannelParts(string Site, string Data, ILinkFactory Links, IDeviceDirectory Devices, TimeProvider Time, ILoggerFactory Logs);

/// <summary>The channels of a site, in the order of its file. Each works for itself: none waits for another.</summary>
public sealed class ChannelTable : IAsyncDisposable
{
    private readonly IChannel[] _channels;

    public ChannelTable(IEnumerable<ChannelPlan> plans, ChannelParts parts)
    {
        var resolver = new HostResolver(parts.Time, parts.Logs.CreateLogger<HostResolver>());
        _channels = [.. plans.Select(p => Make(p, parts, resolver))];
    }

    public IReadOnlyList<IChannel> All => _channels;

    /// <summary>Called when the devices run.</summary>
    public void Start()
    {
        foreach (var channel in _channels.OfType<ISilenced>()) channel.Start();
    }

    /// <summary>A fault was acknowledged, or is over: what sounds for it may stop.</summary>
    public void Silence(string fault)
    {
        foreach (var channel in _channels.OfType<ISilenced>()) channel.Silence(fault);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            if (channel is IAsyncDisposable closing) await closing.DisposeAsync();
            else (channel as IDisposable)?.Dispose();
        }
    }

    private static IChannel Make(ChannelPlan plan, ChannelParts parts, HostResolver resolver) => plan switch
    {
        FolderPlan folder => new FolderChannel(folder, parts.Site),
        WebhookPlan webhook => new WebhookChannel(webhook, parts.Site, resolver, parts.Time),
        MailPlan mail => new MailChannel(mail),
        SmsPlan sms => new SmsChannel(sms, new(Path.Combine(parts.Data, "channels", sms.Id + ".pin-tried")), parts.Links, parts.Time),
        CallPlan call => new CallChannel(call, resolver, parts.Time, parts.Logs.CreateLogger<CallChannel>()),
        RelayPlan relay => new RelayChannel(relay, parts.Devices, parts.Time, parts.Logs.CreateLogger<RelayChannel>()),
        _ => throw new ArgumentException($"there is no channel for {plan.GetType().Name}", nameof(plan)),
    };
}
