using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Mqtt.External.Mosquitto;

/// <summary>Passwords as mosquitto's <c>password_file</c> holds them: <c>$7$iterations$salt$hash</c>, PBKDF2 with HMAC-SHA512.</summary>
public static class MosquittoPasswords
{
    // mosquitto checks a password on its only thread: 210,000 rounds, as OWASP advises for SHA-512, would stop every panel for a tenth of a
    // second at each sign-in. The passwords are drawn at random (119 bits), which no number of rounds has to make up for.
    private const int Iterations = 10_000;
    private const int SaltLength = 12;
    private const int HashLength = 64;

    public static string Line(string user, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA512, HashLength);
        return string.Create(CultureInfo.InvariantCulture, $"{user}:$7${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }
}
