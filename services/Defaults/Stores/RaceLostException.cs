namespace Library.Defaults.Stores;

/// <summary>Nothing was done, because others were faster. Doing it again from the read is right.</summary>
public sealed class RaceLostException() : Exception("Others have changed what was read.");
