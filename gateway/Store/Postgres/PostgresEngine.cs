using Microsoft.Extensions.Logging;
using AvGateway.Store.Engines;
namespace AvGateway.Store.Postgres;
internal static class PostgresEngine { public static IStoreEngine Open(StoreOptions o, string a, ILogger l) => throw new NotSupportedException(); }
