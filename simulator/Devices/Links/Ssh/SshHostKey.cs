using System.Security.Cryptography;

namespace AvGateway.Simulator.Devices.Links.Ssh;

/// <summary>The key by which a simulated SSH server proves itself: ECDSA on NIST P-256 (RFC 5656), made anew with each server.</summary>
internal sealed class SshHostKey : IDisposable
{
    public const string Algorithm = "ecdsa-sha2-nistp256";
    public const string Curve = "nistp256";

    private const int Coordinate = 32;
    private const byte Uncompressed = 4;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SshHostKey()
    {
        Blob = new SshWriter().Text(Algorithm).Text(Curve).Bytes(Point(_key.ExportParameters(false).Q)).Done();
        Fingerprint = "SHA256:" + Convert.ToBase64String(SHA256.HashData(Blob)).TrimEnd('=');
    }

    /// <summary>The public key as it goes over the wire.</summary>
    public byte[] Blob { get; }

    /// <summary>As <c>ssh-keygen -l</c> prints it.</summary>
    public string Fingerprint { get; }

    public byte[] Sign(byte[] hash)
    {
        var raw = _key.SignData(hash, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var numbers = new SshWriter().Number(raw.AsSpan(0, Coordinate)).Number(raw.AsSpan(Coordinate)).Done();
        return new SshWriter().Text(Algorithm).Bytes(numbers).Done();
    }

    public void Dispose() => _key.Dispose();

    /// <summary>A point of the curve, uncompressed (SEC 1).</summary>
    public static byte[] Point(ECPoint point) => [Uncompressed, .. point.X!, .. point.Y!];

    /// <summary>Throws <see cref="InvalidDataException"/> for what is no uncompressed point.</summary>
    public static ECPoint Point(ReadOnlySpan<byte> bytes) => bytes.Length == 1 + (2 * Coordinate) && bytes[0] == Uncompressed
        ? new() { X = bytes.Slice(1, Coordinate).ToArray(), Y = bytes[(1 + Coordinate)..].ToArray() }
        : throw new InvalidDataException("no point of the curve");
}
