using System.Net;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Http;

/// <summary>What an <c>http://</c> or <c>https://</c> link says beyond host and port.</summary>
/// <param name="Pin">SHA-256 of the one certificate that is trusted, upper-case hexadecimal; null: what the machine trusts.</param>
/// <param name="AllowsBasic">The password may go out as it stands.</param>
internal sealed record HttpSettings(Uri Root, string? User, string? Pin, bool AllowsBasic)
{
    private const string CertificateOption = "certificate";
    private const string AuthOption = "auth";
    private const string PinForm = "SHA256:";
    private const int PinDigits = 64;

    public bool IsEncrypted => Root.Scheme == Uri.UriSchemeHttps;

    public static IEnumerable<string> Check(LinkAddress address)
    {
        if (address.Host.Length == 0) yield return $"write {address.Scheme}://HOST:PORT";
        else if (address.Port is null) yield return $"the port is missing; write {address.Scheme}://{address.Host}:PORT";
        if (address.Host.Length > 0 && address.Path is not ("" or "/")) yield return $"the driver knows the paths of its device; take \"{address.Path}\" out";
        foreach (var (name, value) in address.Options)
        {
            if (name == AuthOption)
            {
                if (value is not ("digest" or "basic")) yield return $"\"{AuthOption}\" is digest or basic";
            }
            else if (name == CertificateOption && address.Scheme == Uri.UriSchemeHttps)
            {
                if (PinOf(value) is null) yield return $"\"{CertificateOption}\" is {PinForm} and {PinDigits} hexadecimal digits of the device's certificate";
            }
            else
            {
                yield return $"{address.Scheme} knows no option \"{name}\"";
            }
        }
    }

    public static HttpSettings Of(LinkAddress address)
    {
        if (Check(address).FirstOrDefault() is { } finding) throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}");
        var root = new UriBuilder(address.Scheme, address.Host, address.Port!.Value).Uri;
        var auth = address.Option(AuthOption);

        // Over an open line a password is shown to everybody on it only when the site file says so.
        return new(root, address.User, PinOf(address.Option(CertificateOption)), auth == "basic" || (auth is null && address.Scheme == Uri.UriSchemeHttps));
    }

    /// <summary>The log-in for this device and no other; null where none is configured.</summary>
    public CredentialCache? Credentials(Secret? secret)
    {
        if (User is null || secret is null) return null;
        var who = new NetworkCredential(User, secret.Reveal());
        var cache = new CredentialCache { { Root, "Digest", who } };
        if (AllowsBasic) cache.Add(Root, "Basic", who);
        return cache;
    }

    private static string? PinOf(string? text)
    {
        if (text is null || !text.StartsWith(PinForm, StringComparison.OrdinalIgnoreCase)) return null;
        var digits = text[PinForm.Length..].Replace(":", "", StringComparison.Ordinal);
        return digits.Length == PinDigits && digits.All(char.IsAsciiHexDigit) ? digits.ToUpperInvariant() : null;
    }
}
