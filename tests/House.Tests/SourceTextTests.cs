namespace AvGateway.House.Tests;

public sealed class SourceTextTests
{
    [Theory]
    [InlineData("a // b", "a     ")]
    [InlineData("a /* b\nc */ d", "a     \n     d")]
    [InlineData("""f("x // y", z)""", """f(        , z)""")]
    [InlineData("""f("\"", z)""", """f(    , z)""")]
    [InlineData("""f(@"a\", z)""", """f(     , z)""")]
    [InlineData("""c == '"' ? d : e""", """c ==     ? d : e""")]
    [InlineData("var s = \"\"\"\n  \"x\" // y\n  \"\"\"; // z", "var s =    \n          \n     ;     ")]
    public void Comments_and_literals_are_blanked_and_lines_stay(string source, string code) => Assert.Equal(code, SourceText.Blank(source));
}
