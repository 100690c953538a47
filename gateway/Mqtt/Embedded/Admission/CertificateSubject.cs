using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AvGateway.Mqtt.Embedded;

/// <summary>Whom a client certificate names. It proves the holder of its key, never a user by itself: the password is asked for as well.</summary>
internal static class CertificateSubject
{
    private const string CommonName = "2.5.4.3";

    /// <summary>The user name; null when the subject has no common name, or several, of which each reader would take another.</summary>
    public static string? UserOf(X509Certificate2 certificate)
    {
        try
        {
            var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(part => part.HasMultipleElements || part.GetSingleElementType().Value == CommonName).ToList();
            return names is [{ HasMultipleElements: false } only] ? only.GetSingleElementValue() : null;
        }
        catch (CryptographicException)
        {
            // A subject that cannot be read names nobody.
            return null;
        }
    }
}
