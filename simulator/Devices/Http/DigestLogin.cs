using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Simulator.Devices.Http;

/// <summary>Digest access as a device does it (RFC 7616, MD5, qop auth): a nonce for some requests, then stale.</summary>
internal sealed class DigestLogin(string realm, string user, string password)
{
    private const string Scheme = "Digest ";

    private int _nonces;
    private int _uses;

    /// <summary>Requests after which a nonce is too old; zero: never.</summary>
    public int NonceLasts { get; set; }

    /// <summary>Whether the last refusal was one of the password, not of a missing or old answer.</summary>
    public bool WasWrong { get; private set; }

    private string Nonce => string.Create(CultureInfo.InvariantCulture, $"{realm.Length:x2}{_nonces:x8}");

    public bool Accepts(HttpHeard heard, out string challenge)
    {
        WasWrong = false;
        var isStale = false;
        if (Answer(heard["Authorization"]) is { } answer)
        {
            var isRight = answer.GetValueOrDefault("response") == Expected(heard, answer) && answer.GetValueOrDefault("username") == user;
            isStale = isRight && (answer.GetValueOrDefault("nonce") != Nonce || (NonceLasts > 0 && _uses >= NonceLasts));
            WasWrong = !isRight;
            if (isRight && !isStale)
            {
                _uses++;
                challenge = "";
                return true;
            }
        }

        if (isStale || NonceLasts > 0 && _uses >= NonceLasts)
        {
            _nonces++;
            _uses = 0;
        }

        challenge = $"WWW-Authenticate: Digest realm=\"{realm}\", qop=\"auth\", nonce=\"{Nonce}\", algorithm=MD5{(isStale ? ", stale=true" : "")}";
        return false;
    }

    private static Dictionary<string, string>? Answer(string? field)
    {
        if (field is null || !field.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        return field[Scheme.Length..].Split(',').Select(part => part.Trim().Split('=', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.First()[1].Trim('"'), StringComparer.OrdinalIgnoreCase);
    }

    private string Expected(HttpHeard heard, Dictionary<string, string> answer)
    {
        string Of(string name) => answer.GetValueOrDefault(name, "");
        var who = Md5($"{user}:{realm}:{password}");
        var what = Md5($"{heard.Method}:{heard.Target}");
        return Md5($"{who}:{Of("nonce")}:{Of("nc")}:{Of("cnonce")}:{Of("qop")}:{what}");
    }

#pragma warning disable CA5351 // What the devices speak.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
}
