using AvGateway.Operations.Records.Tables;
using AvGateway.Scenes.Model;

namespace AvGateway.Reports;

/// <summary>The languages that a report is written in.</summary>
public static class Languages
{
    public const string Both = "both";

    public static IReadOnlyList<string> Words { get; } = ["zh", "en", Both];

    public static IReadOnlyList<Language> Of(string word) => word switch
    {
        "zh" => [Language.Chinese],
        "en" => [Language.English],
        _ => [Language.Chinese, Language.English],
    };

    public static string Word(this Language language) => language is Language.Chinese ? "zh" : "en";

    public static string In(this Wording words, Language language) => language is Language.Chinese ? words.Zh : words.En;

    public static string Say(this Language language, string zh, string en) => language is Language.Chinese ? zh : en;
}
