using AvGateway.Store.Postgres;
using Npgsql;

namespace AvGateway.Store.Tests.Postgres;

public sealed class PostgresAddressTests
{
    [Fact]
    public void Every_part_of_an_address_is_used()
    {
        var address = PostgresAddress.Parse("postgres://gate:p%40ss:word@db.court.example:6432/avgw?schema=city_1&sslmode=verify-full");
        var parts = new NpgsqlConnectionStringBuilder(address.ConnectionString);

        Assert.Equal(("gate", "p@ss:word", "db.court.example", 6432, "avgw"), (parts.Username, parts.Password, parts.Host, parts.Port, parts.Database));
        Assert.Equal(("city_1", SslMode.VerifyFull), (address.Schema, parts.SslMode));
    }

    [Theory]
    [InlineData("mysql://u:secret@h/d")]
    [InlineData("u:secret@h/d")]
    [InlineData("postgres://u:secret@h/d?schema=a;drop")]
    [InlineData("postgres://u:secret@h/d?schema=")]
    [InlineData("postgres://u:secret@h/d?unknown=1")]
    public void What_is_no_address_is_refused_without_repeating_the_password(string text)
    {
        var refused = Assert.Throws<ArgumentException>(() => PostgresAddress.Parse(text));

        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }
}
