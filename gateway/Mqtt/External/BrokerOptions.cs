using System.Security.Cryptography.X509Certificates;
using AvGateway.Links;

namespace AvGateway.Mqtt.External;

/// <summary>How to reach and treat an external broker.</summary>
public sealed record BrokerOptions(BrokerAddress Address, string ClientId)
{
    public Secret? Password { get; init; }

    /// <summary>Certificates to trust instead of the machine's; null: the machine's.</summary>
    public X509Certificate2Collection? Trusted { get; init; }

    /// <summary>Time for connecting, and for the answer to any one packet.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A ping goes out this often, whatever else passes: a frozen broker takes publications without a word.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First pause before connecting again; doubles up to <see cref="LongestPause"/>, and the pause is a random part of that.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>With it and a second for the states of a thousand devices, panels have all of it within five seconds of the broker's return (N1).</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a start waits for the broker before it goes on without it.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Publications other than state that wait for the broker.</summary>
    public int MostWaiting { get; init; } = 100_000;

    /// <summary>Publications that are on their way without the broker's word; fewer if the broker says so.</summary>
    public int MostInFlight { get; init; } = 64;
}
