using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports;

/// <summary>Addresses that are a host and a port and nothing else.</summary>
internal static class HostAndPort
{
    public static IEnumerable<string> Check(LinkAddress address)
    {
        if (address.Host.Length == 0) yield return $"write {address.Scheme}://HOST:PORT";
        else if (address.Port is null) yield return $"the port is missing; write {address.Scheme}://{address.Host}:PORT";
        if (address.User is not null) yield return $"{address.Scheme} knows no user; take \"{address.User}@\" out";
        if (address.Host.Length > 0 && address.Path is not ("" or "/"))
            yield return $"{address.Scheme} knows no path; take \"{address.Path}\" out";
        foreach (var option in address.Options.Keys) yield return $"{address.Scheme} knows no option \"{option}\"";
    }

    public static (string Host, int Port) Of(LinkAddress address) => Check(address).FirstOrDefault() is { } finding
        ? throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}")
        : (address.Host, address.Port ?? 0);
}
