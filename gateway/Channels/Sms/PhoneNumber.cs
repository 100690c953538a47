namespace AvGateway.Channels.Sms;

/// <summary>Telephone numbers as a SIM dials them: <c>+8613800138000</c>, or the digits of the own network.</summary>
internal static class PhoneNumber
{
    private const int Shortest = 3;
    private const int Longest = 15;

    /// <summary>Null for a number, else what is wrong.</summary>
    public static string? Check(string number)
    {
        var digits = number.StartsWith('+') ? number.AsSpan(1) : number;
        return digits.Length is >= Shortest and <= Longest && !digits.ContainsAnyExceptInRange('0', '9') ? null
            : $"write a telephone number of {Shortest} to {Longest} digits, for example +8613800138000, without spaces";
    }
}
