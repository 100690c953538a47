namespace AvGateway.Scenes.Tests.Fakes;

/// <summary>How many random courts the properties play: <c>AVGW_SCENE_CASES</c> sets it, 0 leaves them out, as mutation testing does
/// (MUTATION.md), so that a mutant is found by a test that says what is wrong.</summary>
internal static class RandomCases
{
    public const string Why = "AVGW_SCENE_CASES=0: no random courts";

    private static readonly int? Asked = int.TryParse(Environment.GetEnvironmentVariable("AVGW_SCENE_CASES"), out var cases) ? cases : null;

    public static bool LeftOut => Asked is 0;

    public static int Or(int usual) => Asked ?? usual;
}
