using System.Security.Cryptography;
using System.Text;
using AvGateway.Devices;

namespace AvGateway.Operations.Commands;

/// <summary>What makes two requests the same: target and arguments, whatever their order and spelling in the payload were.</summary>
public static class CommandDigest
{
    /// <summary>Arguments as JSON in the order of their names.</summary>
    public static string Canonical(Arguments arguments)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        foreach (var (name, value) in arguments)
        {
            payload.Json.WritePropertyName(name);
            value.WriteTo(payload.Json);
        }

        payload.Json.WriteEndObject();
        return Encoding.UTF8.GetString(payload.Take());
    }

    /// <summary>SHA-256 in hexadecimal; a zero byte parts target and arguments, since neither can hold one.</summary>
    public static string Of(string target, string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{target}\0{canonical}")));
}
