using System.Globalization;

namespace AvGateway.Host;

/// <summary>What the terminal shows to people, in the language of their locale.</summary>
internal static class Texts
{
    /// <summary>Chinese where the locale is Chinese, English everywhere else.</summary>
    public static bool IsChinese => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";

    public static string Say(string zh, string en) => IsChinese ? zh : en;
}

/// <summary>Exit codes of CONTRACT §4.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Findings = 2;
    public const int ApprovalMissing = 3;
    public const int Usage = 64;
}
