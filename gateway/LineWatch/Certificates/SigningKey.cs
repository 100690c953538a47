using System.Security.Cryptography;

namespace AvGateway.LineWatch.Certificates;

/// <summary>The key by which a gateway signs what it measured: ECDSA on the curve P-256.</summary>
public sealed class SigningKey : IDisposable
{
    public const string Algorithm = "ECDSA-P256-SHA256";

    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly ECDsa _key;

    private SigningKey(ECDsa key) => _key = key;

    public static SigningKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">It is no such key.</exception>
    public static SigningKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return new(Checked(key));
        }
        catch (ArgumentException unreadable)
        {
            key.Dispose();
            throw new CryptographicException(unreadable.Message, unreadable);
        }
    }

    /// <exception cref="CryptographicException">It is no such key.</exception>
    public static SigningKey FromPublic(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        return new(Checked(key));
    }

    public byte[] Public => _key.ExportSubjectPublicKeyInfo();

    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>As people compare it: <c>SHA256:</c> and the hash of the public key.</summary>
    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Public)).TrimEnd('=');

    /// <summary>With the private half; for a file that its owner alone may read.</summary>
    public string ExportPem() => _key.ExportPkcs8PrivateKeyPem();

    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256);

    public bool IsSignedBy(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => _key.VerifyData(data, signature, HashAlgorithmName.SHA256);

    public void Dispose() => _key.Dispose();

    private static ECDsa Checked(ECDsa key)
    {
        if (key.ExportParameters(false).Curve.Oid.Value is P256) return key;
        key.Dispose();
        throw new CryptographicException("the key is not on the curve P-256");
    }
}
