-- min_reader: 2
-- What attempts use of their devices, as the driver says while they run.
ALTER TABLE attempts ADD COLUMN gpu_memory_bytes INTEGER;
ALTER TABLE attempts ADD COLUMN gpu_utilisation REAL;
ALTER TABLE attempts ADD COLUMN gpu_energy_j REAL;
