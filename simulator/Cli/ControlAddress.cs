using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace AvGateway.Simulator.Cli;

/// <summary>Where the control API listens, as <c>host:port</c>.</summary>
internal static class ControlAddress
{
    /// <summary>Tried first when no address is given, so that <c>avsim do</c> finds a court without being told where.</summary>
    public static readonly IPEndPoint Usual = new(IPAddress.Loopback, 8089);

    public static Option<IPEndPoint?> Option() => new("--http")
    {
        Description =
            $"Address of the control API, host:port; port 0 takes a free one. Default: {Usual}, or a free port when that is taken.",
        CustomParser = Parse,
    };

    public static Option<IPAddress> BindOption() => new("--bind")
    {
        Description = "Address on which simulated devices listen.",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = result =>
        {
            if (IPAddress.TryParse(result.Tokens[0].Value, out var address)) return address;
            result.AddError($"--bind: '{result.Tokens[0].Value}' is no IP address.");
            return IPAddress.Loopback;
        },
    };

    /// <summary>The address of a control API that runs already.</summary>
    public static Uri? ReadUrl(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        result.AddError($"--url: '{result.Tokens[0].Value}' is no address such as http://{Usual}.");
        return null;
    }

    private static IPEndPoint? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var named = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..] : text;
        if (named.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(named, out var address)) return address;
        result.AddError($"--http: '{text}' is not host:port with an IP address, such as 127.0.0.1:0.");
        return null;
    }
}
