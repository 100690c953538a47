using System.Net.Sockets;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports;

/// <summary>Socket errors in the words of links and of engineers.</summary>
internal static class SocketWords
{
    public static LinkEnd ReasonOf(SocketError error) => error switch
    {
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => LinkEnd.Reset,

        // After unanswered probes the system reports the last ICMP error, when there was one, in place of the time-out.
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable => LinkEnd.Silent,
        SocketError.OperationAborted or SocketError.Interrupted => LinkEnd.Aborted,
        _ => LinkEnd.Failed,
    };

    /// <summary>Why a connection could not be made, and what to look at.</summary>
    public static string Explain(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "the host refuses this port; is the device's network control switched on, and is this its port?",
        SocketError.TimedOut => "no answer; is the device powered, and does a firewall let this port through?",
        SocketError.HostUnreachable or SocketError.HostDown => "the host cannot be reached; check its power, its cable and the address",
        SocketError.NetworkUnreachable => "there is no route to this network; check the gateway machine's network settings",
        SocketError.ConnectionReset => "the host closed the connection at once; another controller may hold the device's only session",
        SocketError.AddressNotAvailable => "this machine has no free local port, or no address of this kind",
        SocketError.TooManyOpenSockets => "this process has no file descriptors left; raise LimitNOFILE",
        _ => $"the system says {error}",
    };
}
