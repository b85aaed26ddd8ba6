namespace Sdk.Tests.Ground;

public sealed record Order(int OrderId, string? Name = null);
