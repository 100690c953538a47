namespace AvGateway.Simulator.Devices.Links;

/// <summary>A device made reachable: what a client is to connect to, until disposed.</summary>
public interface ISimulatedLink : IAsyncDisposable
{
    /// <summary>The address in the form of the site file: <c>tcp://127.0.0.1:9990</c>, <c>serial:/path?baud=9600…</c>.</summary>
    string Uri { get; }
}
