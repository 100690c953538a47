using System.Globalization;
using System.Text.Json;
using AvGateway.Operations.Commands;

namespace AvGateway.Host;

/// <summary>What the terminal shows to people, in the language of their locale.</summary>
internal static class Texts
{
    /// <summary>Chinese where the locale is Chinese, English everywhere else.</summary>
    public static bool IsChinese => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";

    public static string Say(string zh, string en) => IsChinese ? zh : en;

    /// <summary>A member that the gateway sends in English, with its Chinese beside it where that is not the same; empty where there is none.</summary>
    public static string Said(JsonElement row, string member) =>
        (IsChinese && row.TryGetProperty(member + "Zh", out var zh)) || row.TryGetProperty(member, out zh) ? zh.GetString() ?? "" : "";

    /// <summary>The code of a guard or of an answer, in words where they are Chinese: in English the code stands for itself.</summary>
    public static string Code(string code) => IsChinese ? AnswerCodes.All.FirstOrDefault(c => c.Code == code)?.Zh ?? code : code;
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
