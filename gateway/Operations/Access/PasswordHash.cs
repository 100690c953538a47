using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Operations.Access;

/// <summary>PBKDF2-SHA256 with its own salt, as text: <c>pbkdf2-sha256$iterations$salt$hash</c>, the last two in Base64.</summary>
internal sealed record PasswordHash(int Iterations, byte[] Salt, byte[] Hash)
{
    private const string Scheme = "pbkdf2-sha256";
    private const int SaltLength = 16;
    private const int HashLength = 32;

    /// <summary>A hostile or mistyped count must not turn each sign-in into minutes of work.</summary>
    private const int MostIterations = 10_000_000;

    public static PasswordHash Of(string password, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new(iterations, salt, Derive(password, salt, iterations));
    }

    public static bool TryParse(string text, out PasswordHash hash)
    {
        hash = null!;
        if (text.Split('$') is not [Scheme, var count, var salt, var value]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < 1 or > MostIterations
            || !TryDecode(salt, SaltLength, out var saltBytes) || !TryDecode(value, HashLength, out var hashBytes)) return false;
        hash = new(iterations, saltBytes, hashBytes);
        return true;
    }

    public bool Fits(string password) => CryptographicOperations.FixedTimeEquals(Derive(password, Salt, Iterations), Hash);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Iterations}${Convert.ToBase64String(Salt)}${Convert.ToBase64String(Hash)}");

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, HashLength);

    private static bool TryDecode(string text, int length, out byte[] bytes)
    {
        bytes = new byte[length];
        return Convert.TryFromBase64String(text, bytes, out var written) && written == length;
    }
}
