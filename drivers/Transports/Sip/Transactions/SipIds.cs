using System.Security.Cryptography;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Identifiers that nobody can guess: whoever knows a branch or a tag can answer for the peer.</summary>
internal static class SipIds
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static string Branch() => SipVia.MagicCookie + RandomNumberGenerator.GetString(Letters, 20);

    public static string Tag() => RandomNumberGenerator.GetString(Letters, 12);

    public static string CallId() => RandomNumberGenerator.GetString(Letters, 24);
}
