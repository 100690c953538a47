using System.Net;
using System.Security.Cryptography.X509Certificates;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Channels;

/// <summary>One channel of the site file, checked: what it needs, its secrets resolved.</summary>
public abstract record ChannelPlan(string Id)
{
    /// <summary>The word of the site file's <c>kind</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Null for an address that this channel can deliver to, else what is wrong with it.</summary>
    public abstract string? CheckAddress(string address);

    /// <summary>For channels with one end.</summary>
    private protected static string? NoAddress(string address) => address.Length == 0 ? null : "this channel has one end only: leave the address empty";
}

/// <param name="Path">Absolute.</param>
public sealed record FolderPlan(string Id, string Path) : ChannelPlan(Id)
{
    public const string Word = "folder";

    /// <summary>Notices that may wait to be fetched.</summary>
    public int Most { get; init; } = 2000;

    public override string Kind => Word;

    public override string? CheckAddress(string address) => NoAddress(address);
}

/// <summary>What a webhook's receiver understands.</summary>
public enum WebhookFormat
{
    /// <summary>Ours, with a schema version and a signature.</summary>
    Json,
    WeCom,
    DingTalk,
}

/// <param name="Url">Without a query: what is secret in it is a token.</param>
public sealed record WebhookPlan(string Id, Uri Url, WebhookFormat Format) : ChannelPlan(Id)
{
    public const string Word = "webhook";

    /// <summary>Key of the signature: HMAC of our JSON, or DingTalk's <c>sign</c>.</summary>
    public Secret? Key { get; init; }

    /// <summary>Bearer token of our JSON, <c>key</c> of WeCom, <c>access_token</c> of DingTalk.</summary>
    public Secret? Token { get; init; }

    /// <summary>A robot's message as Markdown instead of plain text.</summary>
    public bool IsMarkdown { get; init; }

    /// <summary>Networks that the host's addresses must lie in; empty: any public one.</summary>
    public IReadOnlyList<IPNetwork> Allowed { get; init; } = [];

    /// <summary>Who signs the receiver's certificate; null: the machine's authorities.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A network of a house, and no part of the public internet.</summary>
    public static bool IsInside(IPNetwork network) => Webhook.AllowedHosts.IsInside(network);

    public override string Kind => Word;

    public override string? CheckAddress(string address) => NoAddress(address);
}

/// <summary>How the way to a mail server is protected.</summary>
public enum MailProtection
{
    /// <summary>Begins in the clear and must change to TLS before anything else.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>None, because the site says so in words.</summary>
    Plain,
}

/// <param name="From">One plain mail address.</param>
public sealed record MailPlan(string Id, string Host, int Port, MailProtection Protection, string From) : ChannelPlan(Id)
{
    public const string Word = "mail";

    public string? User { get; init; }

    public Secret? Password { get; init; }

    public X509Certificate2Collection? Authorities { get; init; }

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public override string Kind => Word;

    public override string? CheckAddress(string address) => Mail.MailText.CheckAddress(address);
}

/// <param name="Modem">A serial link.</param>
public sealed record SmsPlan(string Id, LinkAddress Modem) : ChannelPlan(Id)
{
    public const string Word = "sms";

    public Secret? Pin { get; init; }

    /// <summary>Service centre, when the SIM's own is not to be used.</summary>
    public string? Centre { get; init; }

    /// <summary>Asks the network for a report and waits for it this long; null: no report.</summary>
    public TimeSpan? ReportWithin { get; init; }

    public override string Kind => Word;

    public override string? CheckAddress(string address) => Sms.PhoneNumber.Check(address);
}

/// <param name="Exchange">The telephone system, as a SIP link; its user is who calls.</param>
public sealed record CallPlan(string Id, LinkAddress Exchange) : ChannelPlan(Id)
{
    public const string Word = "call";

    public Secret? Password { get; init; }

    public TimeSpan RingFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the tone is played to who answers.</summary>
    public TimeSpan TalkFor { get; init; } = TimeSpan.FromSeconds(10);

    public override string Kind => Word;

    public override string? CheckAddress(string address) => Call.CallTarget.Check(address);
}

/// <param name="Outlet">Number of the outlet or relay that the buzzer or lamp hangs on.</param>
public sealed record RelayPlan(string Id, DeviceId Device, int Outlet) : ChannelPlan(Id)
{
    public const string Word = "relay";

    public TimeSpan OnFor { get; init; } = TimeSpan.FromSeconds(60);

    public override string Kind => Word;

    public override string? CheckAddress(string address) => NoAddress(address);
}
